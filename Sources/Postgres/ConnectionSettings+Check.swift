import Platform

/// Refuses connection strings in which a piece of a password may stand in another part: libpq cuts a URL at `@`, `/`, `:`
/// and `?`, so that a password that holds one of them unencoded ends up as host, port or database, which are printed and
/// sent to a resolver. What is refused here is quoted nowhere.
extension ConnectionSettings {
  static func isURL(_ text: String) -> Bool {
    text.hasPrefix("postgres://") || text.hasPrefix("postgresql://")
  }

  /// Looks at a connection string before libpq reads it.
  static func check(_ text: String) throws(PostgresError) {
    guard isURL(text) else {
      if text.firstRange(of: "://") != nil, !text.utf8.prefix(while: { $0 != UInt8(ascii: ":") }).contains(equals) {
        throw wrong("a URL begins with postgresql:// or postgres://")
      }
      return
    }
    guard !text.unicodeScalars.contains(where: isSpace) else {
      throw wrong("the URL holds white space or a control character")
    }
    let parts = text.utf8.drop { $0 != UInt8(ascii: "/") }.dropFirst(2)
    let signs = parts.filter { $0 == UInt8(ascii: "@") }.count
    guard signs > 0 else { return }
    guard signs == 1 else { throw wrong("the URL holds more than one @") }
    let account = parts.prefix { $0 != UInt8(ascii: "@") }
    if account.contains(UInt8(ascii: "/")) { throw wrong("a / stands before the @ of the URL") }
    if account.contains(UInt8(ascii: "?")) { throw wrong("a ? stands before the @ of the URL") }
  }

  /// Looks at what libpq read.
  /// - Parameter isEncoded: it was a URL: what its parts hold was %-encoded, and is meant.
  func check(isEncoded: Bool) throws(PostgresError) {
    guard Self.list(values["port"]).allSatisfy(Self.isPort) else {
      throw Self.wrong("the port is no number from 1 to 65535")
    }
    guard Self.list(values["host"]).allSatisfy(Self.isHost), Self.list(values["hostaddr"]).allSatisfy(Self.isHost)
    else {
      throw Self.wrong("the host is neither a name, an address nor the folder of a socket")
    }
    guard !isEncoded else { return }
    if let database, database.unicodeScalars.contains(where: { Self.isSpace($0) || "@:/=".unicodeScalars.contains($0) })
    {
      throw Self.wrong("the database's name holds white space or one of @ : / =")
    }
    if let user, user.unicodeScalars.contains(where: { Self.isSpace($0) || ":/=".unicodeScalars.contains($0) }) {
      throw Self.wrong("the user's name holds white space or one of : / =")
    }
  }

  private static let equals = UInt8(ascii: "=")

  private static func wrong(_ what: String) -> PostgresError {
    PostgresError(.settings, "the connection string cannot be used: \(what)")
  }

  /// Hosts and ports are lists; an empty entry is libpq's default.
  private static func list(_ value: String?) -> [Substring] { (value ?? "").split(separator: ",") }

  private static func isSpace(_ scalar: Unicode.Scalar) -> Bool {
    scalar.properties.isWhitespace || scalar.properties.generalCategory == .control
  }

  private static func isPort(_ text: Substring) -> Bool {
    text.utf8.allSatisfy { (0x30...0x39).contains($0) } && (1...65535).contains(Int(text) ?? 0)
  }

  private static func isHost(_ text: Substring) -> Bool {
    if text.hasPrefix("/") { return !text.utf8.contains(UInt8(ascii: "@")) }
    if text.utf8.allSatisfy({ isNamePart($0) || $0 == UInt8(ascii: "%") || $0 == UInt8(ascii: ":") }),
      text.contains(":")
    {
      var address = in6_addr()
      return inet_pton(AF_INET6, String(text.prefix { $0 != "%" }), &address) == 1
    }
    // An abstract socket of Linux
    let name = text.hasPrefix("@") ? text.dropFirst() : text
    return name.utf8.allSatisfy(isNamePart)
  }

  private static func isNamePart(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "_"):
      true
    default: false
    }
  }
}
