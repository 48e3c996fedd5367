/// The name of a table, column, schema or other object: the only way a name reaches SQL text.
///
/// PostgreSQL cuts longer names off silently, so that two columns could become one; here they are refused.
public struct Identifier: Sendable, Hashable {
  public let name: String

  /// The longest name a server of default build keeps, in bytes of UTF-8.
  public static let maximumLength = 63

  /// - Throws: `.identifier` for a name that is empty, holds a NUL or is longer than 63 bytes.
  public init(_ name: String) throws(PostgresError) {
    let length = name.utf8.count
    if length == 0 { throw Identifier.refusal("an empty name", name) }
    if name.utf8.contains(0) { throw Identifier.refusal("a name with a NUL character", name) }
    if length > Identifier.maximumLength { throw Identifier.refusal("a name of \(length) bytes", name) }
    self.name = name
  }

  /// The name as SQL writes it: in double quotes, those inside doubled.
  public var quoted: String {
    var text = "\""
    for scalar in name.unicodeScalars {
      if scalar == "\"" { text.unicodeScalars.append(scalar) }
      text.unicodeScalars.append(scalar)
    }
    return text + "\""
  }

  private static func refusal(_ what: String, _ name: String) -> PostgresError {
    PostgresError(
      .identifier, "PostgreSQL cannot keep \(what)", place: printable(name),
      remedy: "use a name of 1 to \(maximumLength) bytes")
  }

  /// For messages: no control characters, and no more of a long name than tells it from others.
  private static func printable(_ name: String) -> String {
    let safe = name.unicodeScalars.prefix(80).map { $0.value < 0x20 || $0.value == 0x7F ? "?" : Character($0) }
    return "name \"\(String(safe))\""
  }
}

extension Identifier: CustomStringConvertible {
  /// The bare name, for messages.
  public var description: String { name }
}

extension Identifier: Codable {
  /// - Throws: also what `init(_:)` refuses.
  public init(from decoder: any Decoder) throws {
    try self.init(try decoder.singleValueContainer().decode(String.self))
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(name)
  }
}
