extension String {
  /// The text as one word of a shell's command line, in quotes where it needs them.
  public var asShellWord: String {
    let isPlain = utf8.allSatisfy { byte in
      UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte || UInt8(ascii: "A")...UInt8(ascii: "Z") ~= byte
        || UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte || "/._-:=+,@%".utf8.contains(byte)
    }
    if isPlain, !isEmpty { return self }
    // What would be printed as an escape is written as one that the shell reads.
    if visible != self { return "$'" + utf8.map(Self.shellEscaped).joined() + "'" }
    return "'" + replacing("'", with: "'\\''") + "'"
  }

  /// A byte between `$'` and `'`.
  private static func shellEscaped(_ byte: UInt8) -> String {
    switch byte {
    case UInt8(ascii: "'"), UInt8(ascii: "\\"): "\\\(Unicode.Scalar(byte))"
    case 0x20..<0x7F: "\(Unicode.Scalar(byte))"
    default: "\\" + String(byte >> 6) + String(byte >> 3 & 7) + String(byte & 7)
    }
  }
}
