import Records

/// One value of a record as the source writes it.
struct SourceValue {
  var kind: TokenKind
  /// The text of a number, object or array; a string's without its quotes; nothing else needs one.
  var text: ByteRun
  var isEscaped: Bool
  /// The record's place in the source.
  var ordinal: Int64
}

extension ColumnForm {
  /// Absorbs a column of a record.
  @inline(__always) func absorb(_ value: SourceValue, into hash: inout DigestHash, scratch: Scratch) {
    if value.kind == .missing || value.kind == .null {
      hash.absorb(0, .null)
    } else if isArray {
      absorbArray(value, into: &hash, scratch: scratch)
    } else if kind == .text, value.kind == .string, !value.isEscaped, !isTrimmed {
      absorb(value.text, into: &hash, scratch: scratch)
    } else {
      absorbScalar(value, into: &hash, scratch: scratch)
    }
  }

  /// Absorbs a value that is neither null nor taken apart as an array.
  @inline(never) func absorbScalar(_ value: SourceValue, into hash: inout DigestHash, scratch: Scratch) {
    switch (kind, value.kind) {
    case (.jsonb, .string): hash.absorb(text: decoded(value, scratch: scratch))
    // With its quotes, as it is written.
    case (.json, .string): absorb(jsonText(of: value, scratch: scratch), into: &hash, scratch: scratch)
    case (_, .string): absorb(content(of: value, scratch: scratch), into: &hash, scratch: scratch)
    case (.decimal, .true): hash.absorb(ExactDecimal(1))
    case (.decimal, .false): hash.absorb(ExactDecimal(0))
    case (.decimal, .ordinal): hash.absorb(ExactDecimal(value.ordinal))
    case (.bool, .number): absorbNumberAsBool(value.text, into: &hash, scratch: scratch)
    case (.bool, .true), (.bool, .false): hash.absorb(0, value.kind == .true ? .true : .false)
    default: absorb(jsonText(of: value, scratch: scratch), into: &hash, scratch: scratch)
    }
  }

  /// `coerce: lenient` takes 1 and 0, however they are written.
  private func absorbNumberAsBool(_ run: ByteRun, into hash: inout DigestHash, scratch: Scratch) {
    if let value = ExactDecimal(run, digits: scratch.digits), value.isZero || value.mantissa == 1 {
      hash.absorb(0, value.isZero ? .false : .true)
    } else {
      hash.absorb(unreadable: run, as: unreadable)
    }
  }

  /// What a string says: decoded, and trimmed where the column asks for it.
  func content(of value: SourceValue, scratch: Scratch) -> ByteRun {
    let decoded = decoded(value, scratch: scratch)
    return isTrimmed ? decoded.trimmed() : decoded
  }

  /// A string's bytes, which jsonb keeps as they are, `trim` or not.
  func decoded(_ value: SourceValue, scratch: Scratch) -> ByteRun {
    value.isEscaped ? JSONEscapes.decode(value.text, into: scratch.element) : value.text
  }

  /// The value as JSON writes it.
  func jsonText(of value: SourceValue, scratch: Scratch) -> ByteRun {
    switch value.kind {
    case .number, .object, .array: return value.text
    case .string: return quoted(value.text, scratch: scratch)
    case .true: return literal("true")
    case .false: return literal("false")
    case .missing, .null: return literal("null")
    case .ordinal:
      let digits = scratch.field.room(for: 24)
      digits[0] = 0x2D
      let sign = value.ordinal < 0 ? 1 : 0
      return scratch.field.run(sign + ExactDecimal.write(value.ordinal.magnitude, to: digits + sign))
    }
  }

  private func quoted(_ run: ByteRun, scratch: Scratch) -> ByteRun {
    let target = scratch.field.room(for: run.count + 2)
    target[0] = 0x22
    (target + 1).update(from: run.start, count: run.count)
    target[run.count + 1] = 0x22
    return scratch.field.run(run.count + 2)
  }

  private func literal(_ word: StaticString) -> ByteRun {
    let end = word.utf8Start + word.utf8CodeUnitCount
    return ByteRun(start: word.utf8Start, end: end, readable: end)
  }
}
