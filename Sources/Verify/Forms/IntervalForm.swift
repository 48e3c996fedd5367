import Records

/// An interval as PostgreSQL keeps it: three numbers that do not convert into each other.
struct IntervalText: Equatable {
  var months: Int64 = 0
  var days: Int64 = 0
  var microseconds: Int64 = 0

  /// Reads an ISO 8601 duration whose parts have signs of their own: `P1Y-2M3DT4H5M-6.5S`.
  init?(_ run: ByteRun, digits: Int) {
    var reader = TextReader(run)
    guard reader.skip(0x50) else { return nil }
    var isTime = false
    var parts = 0
    while !reader.isAtEnd {
      if !isTime, reader.skip(0x54) {
        isTime = true
        continue
      }
      let sign = reader.sign() ?? 1
      guard let whole = reader.digits() else { return nil }
      var fraction: Int64 = 0
      if reader.skip(0x2E) {
        guard let read = reader.microseconds(digits: digits), isTime, reader.next == 0x53 else { return nil }
        fraction = read
      }
      guard add(sign &* whole.value, sign &* fraction, unit: reader.next, isTime: isTime) else { return nil }
      reader.place += 1
      parts += 1
    }
    guard parts > 0 else { return nil }
  }

  private mutating func add(_ count: Int64, _ fraction: Int64, unit: UInt8, isTime: Bool) -> Bool {
    switch (unit, isTime) {
    case (0x59, false): months &+= count &* 12
    case (0x4D, false): months &+= count
    case (0x57, false): days &+= count &* 7
    case (0x44, false): days &+= count
    case (0x48, true): microseconds &+= count &* 3_600_000_000
    case (0x4D, true): microseconds &+= count &* 60_000_000
    case (0x53, true): microseconds &+= count &* 1_000_000 &+ fraction
    default: return false
    }
    return true
  }
}

extension IntervalText {
  var text: String { "\(months) months \(days) days \(microseconds) microseconds" }
}

/// `interval`, `infinity` included.
enum IntervalForm: CanonicalForm {
  static func absorb(_ run: ByteRun, of column: ColumnForm, into hash: inout DigestHash, scratch: Scratch) -> Bool {
    if let special = SpecialNumber(run) {
      hash.absorb(special.rawValue, .special)
      return true
    }
    guard let value = IntervalText(run, digits: column.fraction) else { return false }
    hash.absorb(UInt64(bitPattern: value.microseconds), UInt64(bitPattern: value.days))
    hash.absorb(UInt64(bitPattern: value.months), .interval)
    return true
  }

  static func text(_ run: ByteRun, of column: ColumnForm, scratch: Scratch) -> String? {
    SpecialNumber(run)?.name ?? IntervalText(run, digits: column.fraction)?.text
  }
}
