import Records

/// `float4`: the bits of the nearest one.
enum Float4Form: CanonicalForm {
  static func absorb(_ run: ByteRun, of column: ColumnForm, into hash: inout DigestHash, scratch: Scratch) -> Bool {
    guard let bits = bits(run, scratch: scratch) else { return false }
    hash.absorb(UInt64(bits), .float4)
    return true
  }

  static func text(_ run: ByteRun, of column: ColumnForm, scratch: Scratch) -> String? {
    bits(run, scratch: scratch).map { "\(Float(bitPattern: $0))" }
  }

  private static func bits(_ run: ByteRun, scratch: Scratch) -> UInt32? {
    if let special = SpecialNumber(run) { return special.float4.bitPattern }
    return ExactDecimal(run, digits: scratch.digits).map { NearestFloat.float4($0) }
  }
}

/// `float8`: the bits of the nearest one.
enum Float8Form: CanonicalForm {
  static func absorb(_ run: ByteRun, of column: ColumnForm, into hash: inout DigestHash, scratch: Scratch) -> Bool {
    guard let bits = bits(run, scratch: scratch) else { return false }
    hash.absorb(bits, .float8)
    return true
  }

  static func text(_ run: ByteRun, of column: ColumnForm, scratch: Scratch) -> String? {
    bits(run, scratch: scratch).map { "\(Double(bitPattern: $0))" }
  }

  private static func bits(_ run: ByteRun, scratch: Scratch) -> UInt64? {
    if let special = SpecialNumber(run) { return special.float8.bitPattern }
    return ExactDecimal(run, digits: scratch.digits).map { NearestFloat.float8($0) }
  }
}
