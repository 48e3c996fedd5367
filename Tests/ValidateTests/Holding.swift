import PipelineSpec
import Records
import Testing

@testable import Validate

/// Which of the fields, each alone in a row of a column `c`, hold the condition as a pipeline file writes it.
func holding(
  _ condition: Rule.Condition, _ scalar: ScalarType, _ fields: [Field], at path: String = "c", isArray: Bool = false
) throws -> [Int] {
  let table = layout(("c", scalar), arrays: isArray ? ["c"] : [])
  let rule = try written(condition, over: path, of: isArray ? .array(scalar) : .scalar(scalar))
  let validator = try Validator(rules: [rule], layout: table, spillFolder: "/tmp")
  var rows = batch(fields.map { [$0] })
  try validator.validate(&rows)
  #expect(rows.isBalanced)
  return rows.records.map { Int($0.ordinal) }
}

/// What the compiler of rules says of a condition that only the catalogue's type shows to have no meaning.
func refusal(_ condition: Rule.Condition, _ scalar: ScalarType, at path: String = "c", isArray: Bool = false)
  -> ValidateError?
{
  do throws(ValidateError) {
    _ = try RuleSet([rule(condition, path)], layout: layout(("c", scalar), arrays: isArray ? ["c"] : []))
    return nil
  } catch {
    return error
  }
}
