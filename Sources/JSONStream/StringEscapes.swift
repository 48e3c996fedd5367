/// What the escapes of a string mean: checked for grammar, noticed for policies, decoded for comparison.
public enum StringEscapes {
  public struct Findings: OptionSet, Sendable {
    public let rawValue: UInt8
    public init(rawValue: UInt8) { self.rawValue = rawValue }
    /// The escape of U+0000
    public static let nul = Findings(rawValue: 1)
    /// A surrogate escape without its partner
    public static let surrogate = Findings(rawValue: 2)
  }

  /// Looks at every escape of a string (its bytes without the quotes).
  /// - Returns: what a policy has to know, or the place of the first escape that JSON does not know.
  public static func check(_ string: UnsafeRawBufferPointer) -> Result<Findings, JSONFault> {
    var findings: Findings = []
    var i = 0
    var high = false
    while i < string.count {
      guard string[i] == UInt8(ascii: "\\") else {
        if high { findings.insert(.surrogate) }
        high = false
        i += 1
        continue
      }
      guard i + 1 < string.count else { return .failure(JSONFault(.invalidEscape, at: i)) }
      guard string[i + 1] == UInt8(ascii: "u") else {
        guard simple(string[i + 1]) != nil else { return .failure(JSONFault(.invalidEscape, at: i)) }
        if high { findings.insert(.surrogate) }
        high = false
        i += 2
        continue
      }
      guard let unit = unit(string, i + 2) else { return .failure(JSONFault(.invalidEscape, at: i)) }
      switch unit {
      case 0xD800..<0xDC00:
        if high { findings.insert(.surrogate) }
        high = true
      case 0xDC00..<0xE000:
        if !high { findings.insert(.surrogate) }
        high = false
      default:
        if high { findings.insert(.surrogate) }
        high = false
        if unit == 0 { findings.insert(.nul) }
      }
      i += 6
    }
    if high { findings.insert(.surrogate) }
    return .success(findings)
  }

  /// Decodes a string whose escapes were checked; a lone surrogate becomes its three-byte form, which is no UTF-8 but
  /// keeps different strings different.
  /// - Parameter output: room for as many bytes as `string` has.
  /// - Returns: how many were written.
  public static func decode(_ string: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer) -> Int {
    precondition(output.count >= string.count)
    var i = 0
    var written = 0
    while i < string.count {
      guard string[i] == UInt8(ascii: "\\"), i + 1 < string.count else {
        output[written] = string[i]
        written += 1
        i += 1
        continue
      }
      if let byte = simple(string[i + 1]) {
        output[written] = byte
        written += 1
        i += 2
        continue
      }
      var scalar = unit(string, i + 2) ?? 0xFFFD
      i = min(i + 6, string.count)
      if (0xD800..<0xDC00).contains(scalar), i + 6 <= string.count, string[i] == UInt8(ascii: "\\"),
        string[i + 1] == UInt8(ascii: "u"), let low = unit(string, i + 2), (0xDC00..<0xE000).contains(low)
      {
        scalar = 0x10000 + (scalar - 0xD800) << 10 + (low - 0xDC00)
        i += 6
      }
      written = write(scalar, into: output, at: written)
    }
    return written
  }

  /// The byte that a two-character escape stands for.
  private static func simple(_ byte: UInt8) -> UInt8? {
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): byte
    case UInt8(ascii: "b"): 0x08
    case UInt8(ascii: "f"): 0x0C
    case UInt8(ascii: "n"): 0x0A
    case UInt8(ascii: "r"): 0x0D
    case UInt8(ascii: "t"): 0x09
    default: nil
    }
  }

  /// The four hexadecimal digits at `start` as a UTF-16 unit.
  private static func unit(_ string: UnsafeRawBufferPointer, _ start: Int) -> UInt32? {
    guard start + 4 <= string.count else { return nil }
    var value: UInt32 = 0
    for i in start..<start + 4 {
      let byte = string[i]
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"): value = value << 4 | UInt32(byte - UInt8(ascii: "0"))
      case UInt8(ascii: "a")...UInt8(ascii: "f"): value = value << 4 | UInt32(byte - UInt8(ascii: "a") + 10)
      case UInt8(ascii: "A")...UInt8(ascii: "F"): value = value << 4 | UInt32(byte - UInt8(ascii: "A") + 10)
      default: return nil
      }
    }
    return value
  }

  private static func write(_ scalar: UInt32, into output: UnsafeMutableRawBufferPointer, at start: Int) -> Int {
    func put(_ i: Int, _ byte: UInt32) { output[start + i] = UInt8(truncatingIfNeeded: byte) }
    switch scalar {
    case 0..<0x80:
      put(0, scalar)
      return start + 1
    case 0x80..<0x800:
      put(0, 0xC0 | scalar >> 6)
      put(1, 0x80 | scalar & 0x3F)
      return start + 2
    case 0x800..<0x10000:
      put(0, 0xE0 | scalar >> 12)
      put(1, 0x80 | scalar >> 6 & 0x3F)
      put(2, 0x80 | scalar & 0x3F)
      return start + 3
    default:
      put(0, 0xF0 | scalar >> 18)
      put(1, 0x80 | scalar >> 12 & 0x3F)
      put(2, 0x80 | scalar >> 6 & 0x3F)
      put(3, 0x80 | scalar & 0x3F)
      return start + 4
    }
  }
}
