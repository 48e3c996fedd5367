/// Refuses what is written as a JSON Pointer and names no place of a record.
enum PointerReader {
  /// - Parameter pointer: the value of `key`.
  static func check(_ pointer: JSONPointer, _ key: String, _ fields: Fields) {
    if pointer.tokens.contains("*") {
      fields.report(
        key,
        "has the step `*`, but a pointer names one place: take the array itself, as `jsonb`, or one element by its "
          + "number, such as `/items/0`")
    }
    if pointer.tokens.contains("-") {
      fields.report(key, "has the step `-`, the place behind an array's last element, which never has a value")
    }
    if let node = fields[key] { checkEnd(of: node, key, fields.problems) }
  }

  /// YAML takes ` #` for the beginning of a comment, and a key may hold it.
  static func checkEnd(of node: YAMLNode, _ key: String, _ problems: Problems) {
    guard node.scalar?.isBeforeComment == true else { return }
    problems.add(
      "`\(key)`: YAML takes the `#` behind this pointer for a comment; write the pointer in quotes", at: node)
  }
}
