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
    return isPlain && !word.isEmpty ? word : "'" + word.replacing("'", with: "'\\''") + "'"
  }
}
