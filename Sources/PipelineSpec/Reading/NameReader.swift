/// Names: of pipelines, datasets, and things of the database.
enum NameReader {
  /// Longest name that PostgreSQL keeps whole, in bytes.
  static let identifierLimit = 63
  static let datasetLimit = 100

  /// `[a-z][a-z0-9_-]*`
  static func isPipelineName(_ text: String) -> Bool {
    guard let first = text.utf8.first, isLower(first) else { return false }
    return text.utf8.allSatisfy { isLower($0) || isDigit($0) || $0 == UInt8(ascii: "_") || $0 == UInt8(ascii: "-") }
  }

  /// `[A-Za-z0-9][A-Za-z0-9_.-]*`, at most 100 bytes: it becomes the name of files.
  static func isDatasetName(_ text: String) -> Bool {
    func isAlphanumeric(_ byte: UInt8) -> Bool { isLower(byte) || isLower(byte | 0x20) || isDigit(byte) }
    guard let first = text.utf8.first, isAlphanumeric(first), text.utf8.count <= datasetLimit else { return false }
    return text.utf8.allSatisfy { isAlphanumeric($0) || "_.-".utf8.contains($0) }
  }

  /// The value of `key` as a name of the database.
  static func identifier(_ key: String, _ fields: Fields) -> String? {
    guard let scalar = fields.scalar(key) else { return nil }
    if let reason = whyNoIdentifier(scalar.text) { fields.report(key, reason) }
    return scalar.text
  }

  /// The value of `table`. In SQL's double quotes it is taken as it is; else a dot would be meant to end a schema's name.
  static func table(_ fields: Fields) -> String? {
    guard let name = fields.scalar("table")?.text else { return identifier("table", fields) }
    if let unquoted = sqlUnquoted(name) {
      if let reason = whyNoIdentifier(unquoted) { fields.report("table", reason) }
      return unquoted
    }
    if name.unicodeScalars.contains(".") { fields.report("table", dotted(fields["table"]?.scalar?.written ?? "")) }
    return identifier("table", fields)
  }

  private static func dotted(_ written: String) -> String {
    let parts = written.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    let example =
      parts.count == 2 && !written.contains("$") && parts.allSatisfy { !$0.isEmpty && !$0.contains("\"") }
      ? "write \(Message.quoted("schema: " + parts[0])) and \(Message.quoted("table: " + parts[1]))"
      : "write the schema under `schema`"
    return "has a dot: \(example); a dot of the name itself is written in SQL's quotes, `'\"a.b\"'`"
  }

  /// What stands between the double quotes of SQL; nil for what is not one name in quotes.
  static func sqlUnquoted(_ text: String) -> String? {
    guard text.utf8.count >= 2, text.hasPrefix("\""), text.hasSuffix("\"") else { return nil }
    let inner = String(text.dropFirst().dropLast())
    guard !inner.replacing("\"\"", with: "").contains("\"") else { return nil }
    return inner.replacing("\"\"", with: "\"")
  }

  /// What is wrong with a name of the database; nil for nothing.
  static func whyNoIdentifier(_ name: String) -> String? {
    switch name.utf8.count {
    case 0: "must not be empty"
    case _ where name.utf8.contains(0): "must not hold a NUL"
    case (identifierLimit + 1)...:
      "has \(name.utf8.count) bytes, of which PostgreSQL would keep \(identifierLimit): shorten it"
    default: nil
    }
  }

  private static func isLower(_ byte: UInt8) -> Bool { UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte }
  private static func isDigit(_ byte: UInt8) -> Bool { UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte }
}
