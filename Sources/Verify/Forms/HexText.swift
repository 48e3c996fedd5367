/// Hexadecimal digits, and the types written with them.
enum HexText {
  @inline(__always) static func value(of digit: UInt8) -> UInt8? {
    if digit &- 0x30 < 10 { return digit &- 0x30 }
    let letter = (digit | 0x20) &- 0x61
    return letter < 6 ? letter &+ 10 : nil
  }

  /// Decodes pairs of digits; the bytes lie in `scratch`. Nil for anything else.
  static func bytes(_ run: ByteRun, into scratch: GrowingBytes) -> ByteRun? {
    guard run.count & 1 == 0 else { return nil }
    let target = scratch.room(for: run.count / 2)
    var place = run.start
    for i in 0..<run.count / 2 {
      guard let high = value(of: place[0]), let low = value(of: place[1]) else { return nil }
      target[i] = high << 4 | low
      place += 2
    }
    return scratch.run(run.count / 2)
  }

  /// The 32 digits of a UUID as two words, most significant first; hyphens, braces and `urn:uuid:` are passed over.
  static func uuid(_ written: ByteRun) -> (high: UInt64, low: UInt64)? {
    var run = written
    if run.count > 9, run.part(run.start, run.start + 9).isLowercased("urn:uuid:") { run.start += 9 }
    if run.count > 2, run.start.pointee == 0x7B, run.end[-1] == 0x7D { run = run.part(run.start + 1, run.end - 1) }
    guard run.count == 32 || run.count == 36 else { return nil }
    var high: UInt64 = 0
    var low: UInt64 = 0
    var count = 0
    for byte in run.buffer {
      if byte == 0x2D, run.count == 36 { continue }
      guard let digit = value(of: byte) else { return nil }
      high = high << 4 | low >> 60
      low = low << 4 | UInt64(digit)
      count += 1
    }
    return count == 32 ? (high, low) : nil
  }
}

/// RFC 4648, standard or URL alphabet, with or without padding.
enum Base64Text {
  static func bytes(_ run: ByteRun, into scratch: GrowingBytes) -> ByteRun? {
    var run = run
    for _ in 0..<2 where run.count > 0 && run.end[-1] == 0x3D { run.end -= 1 }
    guard run.count % 4 != 1 else { return nil }
    let target = scratch.room(for: run.count)
    var count = 0
    var bits: UInt32 = 0
    var pending = 0
    for byte in run.buffer {
      guard let value = value(of: byte) else { return nil }
      bits = bits << 6 | UInt32(value)
      pending += 6
      if pending >= 8 {
        pending -= 8
        target[count] = UInt8(truncatingIfNeeded: bits >> UInt32(pending))
        count += 1
      }
    }
    return scratch.run(count)
  }

  private static func value(of byte: UInt8) -> UInt8? {
    switch byte {
    case 0x41...0x5A: byte &- 0x41
    case 0x61...0x7A: byte &- 0x61 &+ 26
    case 0x30...0x39: byte &- 0x30 &+ 52
    case 0x2B, 0x2D: 62
    case 0x2F, 0x5F: 63
    default: nil
    }
  }
}
