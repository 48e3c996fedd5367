internal import Records

/// Commands as a user can paste them.
enum ShellText {
  /// The words, and the folder of runs where it is not the default.
  static func command(_ words: [String], _ options: RunOptions = RunOptions()) -> String {
    let folder = options.runFolder == RunOptions().runFolder ? [] : ["--run-dir", options.runFolder]
    return (words + folder).map(quoted).joined(separator: " ")
  }

  private static func quoted(_ word: String) -> String {
    let isPlain = word.utf8.allSatisfy { byte in
      UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte || UInt8(ascii: "A")...UInt8(ascii: "Z") ~= byte
        || UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte || "/._-:=+,@%".utf8.contains(byte)
    }
    if isPlain, !word.isEmpty { return word }
    // What would be printed as an escape is written as one that the shell reads.
    if word.visible != word { return "$'" + word.utf8.map(escaped).joined() + "'" }
    return "'" + word.replacing("'", with: "'\\''") + "'"
  }

  /// A byte between `$'` and `'`.
  private static func escaped(_ byte: UInt8) -> String {
    switch byte {
    case UInt8(ascii: "'"), UInt8(ascii: "\\"): "\\\(Unicode.Scalar(byte))"
    case 0x20..<0x7F: "\(Unicode.Scalar(byte))"
    default: "\\" + String(byte >> 6) + String(byte >> 3 & 7) + String(byte & 7)
    }
  }
}
