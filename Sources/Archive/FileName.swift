/// A relative name that cannot leave the folder it is resolved in.
struct FileName: Sendable, Hashable {
  let text: String

  /// Accepts components of `[A-Za-z0-9._-]`, at most 255 bytes each, none of them `.` or `..`.
  /// - Throws: `archive.name`
  init(_ text: String) throws(ArchiveError) {
    try self.init(listed: text)
    guard text.utf8.allSatisfy({ $0 == UInt8(ascii: "/") || FileName.isPlain($0) }) else {
      throw ArchiveError(.name, "has characters other than A-Z a-z 0-9 . _ -", file: text)
    }
  }

  /// Accepts what a folder listing may hold, as long as it stays beneath the folder and fits on a line.
  /// - Throws: `archive.name`
  init(listed text: String) throws(ArchiveError) {
    let parts = text.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
    for part in parts {
      guard (1...255).contains(part.count), !part.elementsEqual(".".utf8), !part.elementsEqual("..".utf8) else {
        throw ArchiveError(.name, "leaves its folder, or has an empty or too long component", file: text)
      }
      guard part.allSatisfy({ $0 >= 0x20 && $0 != 0x7F && $0 != UInt8(ascii: "\\") }) else {
        throw ArchiveError(.name, "has control characters or a backslash", file: text)
      }
    }
    self.text = text
  }

  static func isPlain(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"):
      true
    default: false
    }
  }

  var components: [Substring] { text.split(separator: "/") }
  var parents: ArraySlice<Substring> { components.dropLast() }
  var last: String { String(components.last ?? "") }
}
