import PipelineSpec
import Records
import Testing

/// A rule as a pipeline file has it, read as a run reads it: what no file can say, no check has to answer.
func written(_ condition: Rule.Condition, over path: String, of type: ColumnType) throws -> Rule {
  let column = path.split(separator: "/", maxSplits: 1)[0]
  let text = """
    pipeline: p
    datasets:
      - dataset: d
        from: { file: a.json }
        into: { table: t }
        columns: [{ column: \(column), type: "\(type)", at: /c }]
        rules: [{ rule: \(Rule(condition: condition, operands: []).name), of: "\(path)"\(arguments(condition)) }]
    """
  let pipeline = try Pipeline.parse(text: Array(text.utf8), file: "/p.yaml", environment: [:])
  let rule = try #require(pipeline.datasets[0].checks.rules.first)
  try #require(rule.condition == condition && rule.operands.map(\.description) == [path])
  return rule
}

private func arguments(_ condition: Rule.Condition) -> String {
  let keys: [(key: String, value: String?)] =
    switch condition {
    case .notEmpty, .unique, .date: []
    case .oneOf(let values): [("values", "[\(values.joined(separator: ", "))]")]
    case .range(let min, let max): [("min", min), ("max", max)]
    case .length(let min, let max): [("min", min.map { "\($0)" }), ("max", max.map { "\($0)" })]
    case .pattern(let text): [("pattern", "'\(text.replacing("'", with: "''"))'")]
    case .type(let type): [("is", type.rawValue)]
    }
  return keys.map { key, value in value.map { ", \(key): \($0)" } ?? "" }.joined()
}
