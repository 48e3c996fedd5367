import Records

/// `uuid`: sixteen bytes.
enum UUIDForm: CanonicalForm {
  static func absorb(_ run: ByteRun, of column: ColumnForm, into hash: inout DigestHash, scratch: Scratch) -> Bool {
    guard let value = value(run) else { return false }
    hash.absorb(value.high.byteSwapped, value.low.byteSwapped)
    hash.absorb(0, .uuid)
    return true
  }

  static func text(_ run: ByteRun, of column: ColumnForm, scratch: Scratch) -> String? {
    value(run).map { RowDigest(high: $0.high, low: $0.low).description }
  }

  /// The 32 digits of a UUID as two words, most significant first; hyphens, braces and `urn:uuid:` are passed over.
  private static func value(_ written: ByteRun) -> (high: UInt64, low: UInt64)? {
    var run = written
    if run.count > 9, run.part(run.start, run.start + 9).isLowercased("urn:uuid:") { run.start += 9 }
    if run.count > 2, run.start.pointee == 0x7B, run.end[-1] == 0x7D { run = run.part(run.start + 1, run.end - 1) }
    guard run.count == 32 || run.count == 36 else { return nil }
    var high: UInt64 = 0
    var low: UInt64 = 0
    var count = 0
    for byte in run.buffer {
      if byte == 0x2D, run.count == 36 { continue }
      guard let digit = HexText.value(of: byte) else { return nil }
      high = high << 4 | low >> 60
      low = low << 4 | UInt64(digit)
      count += 1
    }
    return count == 32 ? (high, low) : nil
  }
}
