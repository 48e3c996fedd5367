import Platform

/// What stands between the quotes of a JSON string: its escapes checked, measured and decoded.
public enum JSONString {
  /// A string as it is meant.
  public struct Decoded {
    /// Bytes that were written.
    public var count: Int
    public var findings: ValueFindings
  }

  /// An escape that JSON does not know.
  public struct UnknownEscape: Error {
    /// Where its backslash stands.
    public var offset: Int
  }

  public static func isEscaped(_ string: UnsafeRawBufferPointer) -> Bool { escape(in: string, from: 0) < string.count }

  /// Looks at every escape of a string.
  /// - Returns: what a policy has to know.
  public static func findings(in string: UnsafeRawBufferPointer) throws(UnknownEscape) -> ValueFindings {
    var findings: ValueFindings = []
    var place = escape(in: string, from: 0)
    while place < string.count {
      guard let scalar = JSONEscape.read(string, at: &place) else { throw UnknownEscape(offset: place) }
      findings.formUnion(finding(scalar))
      place = escape(in: string, from: place)
    }
    return findings
  }

  /// Decodes the escapes. Half of a pair of surrogates becomes the three bytes that UTF-8 would give it, which are no
  /// UTF-8 but keep different strings different.
  /// - Parameter target: room for as many bytes as `string` has; it may be the memory of `string`, as what is decoded is
  ///   never longer than its escape.
  /// - Returns: nil where there is an escape that JSON does not know.
  public static func decode(_ string: UnsafeRawBufferPointer, into target: UnsafeMutableRawPointer) -> Decoded? {
    guard let base = string.baseAddress else { return Decoded(count: 0, findings: []) }
    var decoded = Decoded(count: 0, findings: [])
    var place = 0
    while place < string.count {
      let end = escape(in: string, from: place)
      if base + place != target + decoded.count { memmove(target + decoded.count, base + place, end &- place) }
      decoded.count &+= end &- place
      place = end
      guard place < string.count else { break }
      guard let scalar = JSONEscape.read(string, at: &place) else { return nil }
      decoded.findings.formUnion(finding(scalar))
      decoded.count &+= JSONEscape.write(scalar, to: target + decoded.count)
    }
    return decoded
  }

  /// The string decoded, and behind it `padding` zeros; as it is written, where there is an escape that JSON does not know.
  public static func decoded(_ string: UnsafeRawBufferPointer, padding: Int = 0) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: string.count + padding) { buffer, count in
      let memory = UnsafeMutableRawBufferPointer(buffer)
      if let start = memory.baseAddress, let decoded = decode(string, into: start) {
        count = decoded.count
      } else {
        memory.copyMemory(from: string)
        count = string.count
      }
      for i in count..<count + padding { memory[i] = 0 }
      count += padding
    }
  }

  /// How many bytes the string has once decoded.
  public static func decodedCount(_ string: UnsafeRawBufferPointer) -> Int {
    var count = 0
    var place = 0
    while place < string.count {
      let end = escape(in: string, from: place)
      count &+= end &- place
      place = end
      guard place < string.count else { break }
      if let scalar = JSONEscape.read(string, at: &place) {
        count &+= JSONEscape.length(scalar)
      } else {
        count &+= 1
        place &+= 1
      }
    }
    return count
  }

  /// Where the next backslash stands at or behind `start`; the string's end where there is none.
  @inline(__always)
  private static func escape(in string: UnsafeRawBufferPointer, from start: Int) -> Int {
    guard let base = string.baseAddress, start < string.count else { return string.count }
    if string[start] == 0x5C { return start }
    return memchr(base + start, 0x5C, string.count &- start).map { UnsafeRawPointer($0) - base } ?? string.count
  }

  @inline(__always)
  private static func finding(_ scalar: UInt32) -> ValueFindings {
    scalar == 0 ? .nul : JSONEscape.isSurrogate(scalar) ? .surrogate : []
  }
}
