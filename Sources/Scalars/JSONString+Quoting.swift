extension JSONString {
  /// Appends a text in quotes: quotes, backslashes and control characters are escaped, all else is as it is.
  /// - Parameter isShort: a line's end and a tab are `\n`, `\r` and `\t`, not `\u000a` and so on.
  public static func quote(_ text: some Sequence<UInt8>, isShort: Bool = true, into bytes: inout [UInt8]) {
    bytes.append(0x22)
    for byte in text {
      switch byte {
      case 0x22, 0x5C: bytes += [0x5C, byte]
      case 0x0A where isShort: bytes += [0x5C, 0x6E]
      case 0x0D where isShort: bytes += [0x5C, 0x72]
      case 0x09 where isShort: bytes += [0x5C, 0x74]
      case ..<0x20: bytes += [0x5C, 0x75, 0x30, 0x30, (byte >> 4).hexDigit, byte.hexDigit]
      default: bytes.append(byte)
      }
    }
    bytes.append(0x22)
  }

  /// A text in quotes, without short escapes: what is kept with a run is spelled in one way.
  public static func quoted(_ text: String) -> String {
    var bytes: [UInt8] = []
    quote(text.utf8, isShort: false, into: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }
}
