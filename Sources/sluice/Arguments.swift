import ArgumentParser
import Platform
import Records

/// The words of the command line, before they are parsed and when they are quoted.
enum Arguments {
  static var words: ArraySlice<String> { CommandLine.arguments.dropFirst() }

  /// Names of files are bytes, and strings of ours are UTF-8: what cannot be said in it would silently become another
  /// name.
  /// - Throws: the message of a wrong command line.
  static func check() throws(ValidationError) {
    for (number, bytes) in bytes.enumerated() where !isText(bytes) {
      throw ValidationError(
        "argument \(number) is not UTF-8: \(String(visible: bytes)); rename the file, or name a link to it")
    }
    if let folder = workingFolder, !isText(folder) {
      throw ValidationError(
        "the working folder's name is not UTF-8: \(String(visible: folder)); rename it, or work from another one")
    }
  }

  /// The parser quotes arguments as they are: each becomes visible in its message, and a connection string that was
  /// meant for another place is cut where its password may begin.
  static func shown(_ message: String) -> OutputText {
    var text = Array(message.utf8)
    for argument in words {
      for part in [argument[...]] + argument.split(separator: "=", maxSplits: 1) where shown(part) != part {
        text.replace(Array(part.utf8), with: Array(shown(part).utf8))
      }
    }
    let lines = String(decoding: text, as: UTF8.self).unicodeScalars.split(
      separator: "\n", omittingEmptySubsequences: false)
    return lines.map { "\(Substring($0))" as OutputText }.joined(separator: "\n")
  }

  private static func shown(_ argument: Substring) -> String {
    let scalars = argument.unicodeScalars
    let secret = ["://", "password="].compactMap { scalars.firstRange(of: $0.unicodeScalars)?.upperBound }.min()
    return (secret.map { argument[..<$0] + "…" } ?? argument).visible
  }

  private static var bytes: [[UInt8]] {
    (0..<Int(CommandLine.argc)).compactMap { CommandLine.unsafeArgv[$0].map { self.bytes($0) } }
  }

  private static func bytes(_ text: UnsafePointer<CChar>) -> [UInt8] {
    UnsafeBufferPointer(start: text, count: strlen(text)).map { UInt8(bitPattern: $0) }
  }

  private static var workingFolder: [UInt8]? {
    guard let folder = getcwd(nil, 0) else { return nil }
    defer { free(folder) }
    return bytes(folder)
  }

  private static func isText(_ bytes: [UInt8]) -> Bool { String(validating: bytes, as: UTF8.self) != nil }
}
