import Records

/// `int2`, `int4`, `int8`: numbers, exactly.
enum IntegerForm: CanonicalForm {
  static let kind = CanonicalKind.decimal
  static func scale(within limit: ColumnLayout.Limit) -> Int? { 0 }

  static func absorb(_ run: ByteRun, of column: ColumnForm, into hash: inout DigestHash, scratch: Scratch) -> Bool {
    column.absorb(decimal: run, into: &hash, scratch: scratch)
  }

  static func text(_ run: ByteRun, of column: ColumnForm, scratch: Scratch) -> String? {
    column.text(decimal: run, scratch: scratch)
  }
}

/// `numeric`: numbers, exactly, and what it has beside them.
enum NumericForm: CanonicalForm {
  static let kind = CanonicalKind.decimal

  static func scale(within limit: ColumnLayout.Limit) -> Int? {
    if case .decimal(_, let scale) = limit { scale } else { nil }
  }

  static func absorb(_ run: ByteRun, of column: ColumnForm, into hash: inout DigestHash, scratch: Scratch) -> Bool {
    column.absorb(decimal: run, into: &hash, scratch: scratch)
  }

  static func text(_ run: ByteRun, of column: ColumnForm, scratch: Scratch) -> String? {
    column.text(decimal: run, scratch: scratch)
  }
}

extension ColumnForm {
  @inline(__always)
  fileprivate func absorb(decimal run: ByteRun, into hash: inout DigestHash, scratch: Scratch) -> Bool {
    if let special = SpecialNumber(run) {
      hash.absorb(special.rawValue, .special)
      return true
    }
    guard let value = decimal(run, scratch: scratch) else { return false }
    hash.absorb(value)
    return true
  }

  fileprivate func text(decimal run: ByteRun, scratch: Scratch) -> String? {
    SpecialNumber(run)?.name ?? decimal(run, scratch: scratch)?.text
  }

  /// A number, rounded where the column asks for it.
  @inline(__always)
  private func decimal(_ run: ByteRun, scratch: Scratch) -> ExactDecimal? {
    guard var value = ExactDecimal(run, digits: scratch.digits) else { return nil }
    if let scale { value.round(toScale: scale, digits: scratch.digits) }
    return value
  }
}
