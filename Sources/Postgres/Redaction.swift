/// Takes passwords out of text before anybody sees it. Every message of this module passes through one of these.
struct Redaction: Sendable, Hashable {
  private var secrets: [String] = []

  init(_ passwords: [String?] = []) {
    for case let password? in passwords { add(password) }
  }

  /// Adds a secret in the forms in which it can be quoted: as it is, and percent-encoded with either case of digits.
  mutating func add(_ secret: String) {
    guard !secret.isEmpty else { return }
    for form in [secret, Redaction.encode(secret, all: false), Redaction.encode(secret, all: true)] {
      for spelling in [form, Redaction.lowercasingEscapes(form)] where !secrets.contains(spelling) {
        secrets.append(spelling)
      }
    }
    // The longest first: a short one may be part of it.
    secrets.sort { $0.utf8.count > $1.utf8.count }
  }

  func callAsFunction(_ text: String) -> String {
    secrets.reduce(text) { Redaction.replace($1, in: $0) }
  }

  private static func replace(_ secret: String, in text: String) -> String {
    // By bytes: characters that combine with a neighbour must not hide a secret.
    let bytes = Array(text.utf8)
    let wanted = Array(secret.utf8)
    guard bytes.count >= wanted.count else { return text }
    var result: [UInt8] = []
    var hasMatch = false
    var place = 0
    while place < bytes.count {
      if bytes[place...].starts(with: wanted) {
        result += "***".utf8
        place += wanted.count
        hasMatch = true
      } else {
        result.append(bytes[place])
        place += 1
      }
    }
    return hasMatch ? String(decoding: result, as: UTF8.self) : text
  }

  private static func encode(_ text: String, all: Bool) -> String {
    var result = ""
    for byte in text.utf8 {
      let isPlain = (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
      if isPlain || (!all && "-._~".utf8.contains(byte)) {
        result.unicodeScalars.append(Unicode.Scalar(byte))
      } else {
        let digits = String(byte, radix: 16, uppercase: true)
        result += digits.count == 1 ? "%0\(digits)" : "%\(digits)"
      }
    }
    return result
  }

  /// `%2F` as `%2f`; nothing else changes.
  private static func lowercasingEscapes(_ text: String) -> String {
    var result = ""
    var digitsLeft = 0
    for character in text.unicodeScalars {
      if character == "%" {
        digitsLeft = 2
      } else if digitsLeft > 0 {
        digitsLeft -= 1
        result += String(Character(character)).lowercased()
        continue
      }
      result.unicodeScalars.append(character)
    }
    return result
  }
}
