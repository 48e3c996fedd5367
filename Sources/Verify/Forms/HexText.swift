/// Hexadecimal digits.
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

  static func text(_ run: ByteRun) -> String {
    run.buffer.map { byte in
      let digits = String(byte, radix: 16)
      return digits.utf8.count == 1 ? "0" + digits : digits
    }.joined()
  }
}
