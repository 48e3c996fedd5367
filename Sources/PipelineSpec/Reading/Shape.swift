/// Which keys a mapping of the pipeline file may have. A new key is one word here and one line in its reader.
struct Shape {
  /// What messages call the mapping.
  let noun: String
  let keys: [String]

  static let pipeline = Shape(
    noun: "the pipeline", keys: ["pipeline", "source", "target", "backup", "migrations", "policies", "datasets"])
  static let source = Shape(noun: "`source`", keys: ["directory"])
  static let target = Shape(noun: "`target`", keys: ["database", "schema"])
  static let backup = Shape(noun: "`backup`", keys: ["level", "include"])
  static let policies = Shape(
    noun: "`policies`", keys: ["nul", "surrogates", "duplicateKeys", "extraKeys", "neverFound"])
  static let dataset = Shape(
    noun: "a dataset",
    keys: ["dataset", "from", "into", "columns", "rules", "where", "policies", "optional", "volatile"])
  static let from = Shape(noun: "`from`", keys: ["file", "format", "at", "optional"])
  static let into = Shape(
    noun: "`into`",
    keys: ["table", "schema", "mode", "key", "create", "repeated", "rebuildIndexes", "analyze", "sequences"])
  static let column = Shape(
    noun: "a column", keys: ["column", "type", "at", "required", "default", "coerce", "trim", "zone", "encoding"])
}
