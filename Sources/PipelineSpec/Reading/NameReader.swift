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
