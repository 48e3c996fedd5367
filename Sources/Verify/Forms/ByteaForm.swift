import Records

/// `bytea`: `\x` and hexadecimal digits, or as the column's encoding says.
enum ByteaForm: CanonicalForm {
  static func absorb(_ run: ByteRun, of column: ColumnForm, into hash: inout DigestHash, scratch: Scratch) -> Bool {
    guard let bytes = bytes(run, column.encoding, into: scratch.string) else { return false }
    hash.absorb(text: bytes)
    return true
  }

  static func text(_ run: ByteRun, of column: ColumnForm, scratch: Scratch) -> String? {
    bytes(run, column.encoding, into: scratch.string).map { "\\x" + HexText.text($0) }
  }

  private static func bytes(_ run: ByteRun, _ encoding: BinaryEncoding?, into scratch: GrowingBytes) -> ByteRun? {
    if encoding == .base64 { return Base64Text.bytes(run, into: scratch) }
    if run.count >= 2, run.start[0] == 0x5C, run.start[1] == 0x78 {
      return HexText.bytes(run.part(run.start + 2, run.end), into: scratch)
    }
    return encoding == .hex ? HexText.bytes(run, into: scratch) : nil
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
