import Records

/// `date`: days.
enum DateForm: CanonicalForm {
  static func absorb(_ run: ByteRun, of column: ColumnForm, into hash: inout DigestHash, scratch: Scratch) -> Bool {
    hash.absorb(CalendarText.date(run), .date)
  }

  static func text(_ run: ByteRun, of column: ColumnForm, scratch: Scratch) -> String? {
    CalendarText.date(run)?.dateText
  }
}

/// `time`: microseconds since midnight.
enum TimeForm: CanonicalForm {
  static func absorb(_ run: ByteRun, of column: ColumnForm, into hash: inout DigestHash, scratch: Scratch) -> Bool {
    guard let value = CalendarText.time(run, digits: column.fraction) else { return false }
    hash.absorb(UInt64(bitPattern: value), .time)
    return true
  }

  static func text(_ run: ByteRun, of column: ColumnForm, scratch: Scratch) -> String? {
    CalendarText.time(run, digits: column.fraction).map { CalendarText.clockText($0) }
  }
}

/// `timestamp`: microseconds of a local time.
enum TimestampForm: CanonicalForm {
  static func absorb(_ run: ByteRun, of column: ColumnForm, into hash: inout DigestHash, scratch: Scratch) -> Bool {
    hash.absorb(point(run, of: column), .timestamp)
  }

  static func text(_ run: ByteRun, of column: ColumnForm, scratch: Scratch) -> String? {
    point(run, of: column)?.timestampText
  }

  private static func point(_ run: ByteRun, of column: ColumnForm) -> CalendarText.Point? {
    CalendarText.timestamp(run, digits: column.fraction, zoned: false, zone: nil)
  }
}

/// `timestamptz`: microseconds of UTC.
enum InstantForm: CanonicalForm {
  static func absorb(_ run: ByteRun, of column: ColumnForm, into hash: inout DigestHash, scratch: Scratch) -> Bool {
    hash.absorb(point(run, of: column), .timestamptz)
  }

  static func text(_ run: ByteRun, of column: ColumnForm, scratch: Scratch) -> String? {
    point(run, of: column).map { $0.timestampText + "Z" }
  }

  private static func point(_ run: ByteRun, of column: ColumnForm) -> CalendarText.Point? {
    CalendarText.timestamp(run, digits: column.fraction, zoned: true, zone: column.zone)
  }
}

extension DigestHash {
  /// - Returns: false where there is nothing to absorb.
  @inline(__always)
  fileprivate mutating func absorb(_ point: CalendarText.Point?, _ kind: BlockKind) -> Bool {
    switch point {
    case .finite(let value): absorb(UInt64(bitPattern: value), kind)
    case .infinity: absorb(SpecialNumber.infinity.rawValue, .special)
    case .minusInfinity: absorb(SpecialNumber.minusInfinity.rawValue, .special)
    case nil: return false
    }
    return true
  }
}
