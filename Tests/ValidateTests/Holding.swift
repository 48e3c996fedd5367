import PipelineSpec
import Records
import Testing

@testable import Validate

/// Which of the fields, each alone in a row of a column `c`, hold the condition.
func holding(
  _ condition: Rule.Condition, _ scalar: ScalarType, _ fields: [Field], at path: String = "c", isArray: Bool = false
) throws -> [Int] {
  let table = layout(("c", scalar), arrays: isArray ? ["c"] : [])
  let validator = try Validator(rules: [rule(condition, path)], layout: table, spillFolder: "/tmp")
  let rows = batch(fields.map { [$0] })
  try validator.validate(rows)
  #expect(rows.read == rows.rows.count + rows.rejections.count + rows.filtered)
  return rows.rows.map { Int($0.ordinal) }
}

func refusal(_ condition: Rule.Condition, _ scalar: ScalarType, at path: String = "c", isArray: Bool = false)
  -> ValidateError?
{
  do {
    _ = try holding(condition, scalar, [], at: path, isArray: isArray)
    return nil
  } catch {
    return error as? ValidateError
  }
}
