internal import Records

/// The `type` of a column: a type that Sluice encodes, SQL's longer name of one, or the name of a type of the target.
enum TypeName {
  struct Refusal: Error {
    var reason: String
  }

  /// SQL's longer and other names.
  private static let aliases: [String: ScalarType] = Dictionary(
    uniqueKeysWithValues: ScalarType.allCases.flatMap { scalar in
      ([scalar.traits.sqlName] + scalar.traits.otherNames).filter { $0 != scalar.rawValue }.map { ($0, scalar) }
    })

  /// Words of other languages and tools, which could be several types: not guessed.
  static let ambiguous: [String: String] = [
    "int": "`int4` or `int8`", "serial": "`int4`", "bigserial": "`int8`", "long": "`int8`", "int16": "`int2`",
    "int32": "`int4`", "int64": "`int8`",
    "float": "`float8`, or `numeric` for exact decimals", "double": "`float8`",
    "number": "`int8`, `numeric` or `float8`", "string": "`text`", "str": "`text`", "char": "`text`",
    "datetime": "`timestamptz` or `timestamp`", "instant": "`timestamptz`", "timestampz": "`timestamptz`",
    "object": "`jsonb`", "array": "`jsonb`, or `text[]` and the like", "binary": "`bytea`", "blob": "`bytea`",
    "timetz": "`time`",
  ]

  static func read(_ text: String) -> Result<ColumnType, Refusal> {
    func refused(_ reason: String) -> Result<ColumnType, Refusal> { .failure(Refusal(reason: reason)) }

    let isArray = text.hasSuffix("[]")
    let element = isArray ? String(text.dropLast(2)) : text
    let folded = element.lowercased()
    if let scalar = ScalarType(rawValue: folded) ?? aliases[folded] {
      return .success(isArray ? .array(scalar) : .scalar(scalar))
    }
    if let name = NameReader.sqlUnquoted(element) {
      if let reason = NameReader.whyNoIdentifier(name) { return refused(reason) }
      return .success(.named(isArray ? name + "[]" : name))
    }
    if let meant = ambiguous[folded] { return refused("is no type here; write \(meant)") }
    if element.hasSuffix("[]") { return refused("is an array of arrays, which no column can be here; use `jsonb`") }
    if let parenthesis = folded.firstIndex(of: "(") {
      let name = folded[..<parenthesis].split(separator: " ").joined(separator: " ")
      let isLoaded = ScalarType(rawValue: name) ?? aliases[name] != nil || ambiguous[name] != nil || name == "character"
      return refused(
        isLoaded
          ? "takes no length or precision: the table has it; write the type's name alone"
          : "cannot be loaded; write `text` (or `jsonb`) and convert it after the load: ALTER TABLE … ALTER COLUMN … TYPE "
            + "\(text) USING …::\(text)")
    }
    if let reason = NameReader.whyNoIdentifier(element) { return refused(reason) }
    if let near = mistyped(folded) {
      return refused(
        "is no type here; did you mean `\(near)`? (A type of the target with this name is written in SQL's quotes, "
          + "`'\"name\"'`.)")
    }
    return .success(.named(text))
  }

  /// The known name that `text` is a slip of. The shorter the name, the fewer slips: an enum may well be called `mood`.
  private static func mistyped(_ text: String) -> String? {
    let known = ScalarType.allCases.map(\.rawValue) + aliases.keys.sorted()
    return Suggestion.nearest(text, among: known, within: text.unicodeScalars.count <= 5 ? 1 : 2)
  }
}
