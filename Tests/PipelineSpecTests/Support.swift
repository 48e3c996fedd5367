import PipelineSpec

/// The pipeline of a text, as if it stood in `/etc/pipelines/p.yaml`.
func parse(_ yaml: String, environment: [String: String] = [:]) throws(PipelineError) -> Pipeline {
  try Pipeline.parse(text: Array(yaml.utf8), file: "/etc/pipelines/p.yaml", environment: environment)
}

/// What is wrong with a text: `line:column: message`.
func problems(_ yaml: String, environment: [String: String] = [:]) -> [String] {
  problems(bytes: Array(yaml.utf8), environment: environment)
}

func problems(bytes: [UInt8], environment: [String: String] = [:]) -> [String] {
  do throws(PipelineError) {
    _ = try Pipeline.parse(text: bytes, file: "p.yaml", environment: environment)
    return []
  } catch {
    return error.problems.map { "\($0.line):\($0.column): \($0.message)" }
  }
}

/// A pipeline of one dataset, whose parts a test writes itself. In the text the column begins at 5:6, the rule
/// at 7:6 and the filter, where there is no rule, at 7:12.
func pipeline(
  from: String = "{ file: a.json }", into: String = "{ table: t }",
  column: String = "{ column: id, type: text, at: /id }", rule: String? = nil, filter: String? = nil,
  more: String = ""
) -> String {
  """
  pipeline: p
  datasets:
    - { dataset: d, from: \(from), into: \(into),
      columns: [ { column: doc, type: jsonb, at: "" }, { column: n, type: int4, at: /n },
       \(column) ],
      rules: [ \(rule.map { "\n     " + $0 } ?? "") ],
      where: [ \(filter ?? "") ] \(more) }
  """
}
