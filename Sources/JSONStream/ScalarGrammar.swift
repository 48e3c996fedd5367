/// Grammar of the scalars of RFC 8259, on bytes that are followed by something that is no part of a scalar.
enum ScalarGrammar {
  /// One past the number that begins at `start`, or nil when it is none.
  /// - Parameter isLong: set when it has thousands of digits, or an exponent of four digits or more.
  @inline(__always)
  static func endOfNumber(_ bytes: UnsafePointer<UInt8>, _ start: Int, isLong: inout Bool) -> Int? {
    var i = start
    if bytes[i] == UInt8(ascii: "-") { i &+= 1 }
    if bytes[i] == UInt8(ascii: "0") {
      i &+= 1
    } else {
      let first = i
      while isDigit(bytes[i]) { i &+= 1 }
      if i == first { return nil }
    }
    if bytes[i] == UInt8(ascii: ".") {
      i &+= 1
      let first = i
      while isDigit(bytes[i]) { i &+= 1 }
      if i == first { return nil }
    }
    if bytes[i] | 0x20 == UInt8(ascii: "e") {
      i &+= 1
      if bytes[i] == UInt8(ascii: "+") || bytes[i] == UInt8(ascii: "-") { i &+= 1 }
      let first = i
      while isDigit(bytes[i]) { i &+= 1 }
      if i == first { return nil }
      if i &- first > 3 { isLong = true }
    }
    if i &- start > 4000 { isLong = true }
    return i
  }

  /// One past the literal `true`, `false` or `null` that begins at `start`, or nil when it is none.
  @inline(__always)
  static func endOfLiteral(_ bytes: UnsafePointer<UInt8>, _ start: Int) -> Int? {
    let word = UnsafeRawPointer(bytes).loadUnaligned(fromByteOffset: start, as: UInt32.self).littleEndian
    switch word {
    case 0x6575_7274: return start &+ 4  // true
    case 0x6C6C_756E: return start &+ 4  // null
    case 0x736C_6166 where bytes[start &+ 4] == UInt8(ascii: "e"): return start &+ 5  // fals|e
    default: return nil
    }
  }

  @inline(__always)
  static func isDigit(_ byte: UInt8) -> Bool { byte &- UInt8(ascii: "0") < 10 }

  /// True for what may follow a scalar: white space, a structural character or a quote.
  @inline(__always)
  static func endsScalar(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x20, 0x0A, 0x0D, 0x09, UInt8(ascii: ","), UInt8(ascii: "}"), UInt8(ascii: "]"), UInt8(ascii: ":"),
      UInt8(ascii: "{"), UInt8(ascii: "["), UInt8(ascii: "\""):
      true
    default: false
    }
  }
}

extension IndexedText {
  /// One past the checked number that begins at byte `place`.
  @inline(__always)
  public func endOfNumber(at place: Int) -> Int {
    var end = place &+ 1
    while end < bytes.count, !ScalarGrammar.endsScalar(bytes[end]) { end &+= 1 }
    return end
  }
}
