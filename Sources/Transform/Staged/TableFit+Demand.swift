internal import Records

extension TableFit.Demand {
  /// Why the table would change the field, which is not null; nil where it would not.
  func problem(in field: UnsafeMutableRawBufferPointer) -> ValueProblem? {
    guard layout.isArray else { return problem(UnsafeRawBufferPointer(field), .string) }
    return problem(inArray: field)
  }

  private func problem(inArray field: UnsafeMutableRawBufferPointer) -> ValueProblem? {
    if changesElement { BinaryArray.setElement(layout.elementOID, in: field) }
    let bytes = UnsafeRawBufferPointer(field)
    guard var array = BinaryArray(bytes) else { return malformed }
    for _ in 0..<array.count {
      guard let element = array.elements.next() else { return malformed }
      guard case .value(let range) = element else { continue }
      if var problem = problem(UnsafeRawBufferPointer(rebasing: bytes[range]), .array) {
        problem.isElement = true
        return problem
      }
    }
    return nil
  }

  private func problem(_ value: UnsafeRawBufferPointer, _ found: TokenKind) -> ValueProblem? {
    let kind: ValueProblem.Kind?
    switch layout.limit {
    case .none: kind = labels.map { $0.contains(value) } == false ? .noLabel : nil
    case .characters(let most): kind = value.characters > most ? .tooLong : nil
    case .fraction(let digits): kind = isExact(value, digits: digits) ? nil : .notExact
    case .decimal(let precision, let scale): kind = decimal(value, precision: precision, scale: scale)
    }
    guard let kind else { return nil }
    var problem = ValueProblem(kind: kind, scalar: layout.scalar, found: found)
    problem.isLenienceEnough = kind == .notExact && !layout.isLenient
    return problem
  }

  /// Microseconds stand first in every type that has them; infinities have no fraction.
  private func isExact(_ value: UnsafeRawBufferPointer, digits: Int) -> Bool {
    guard value.count >= 8 else { return false }
    let microseconds = Int64(bigEndian: value.loadUnaligned(as: Int64.self))
    if microseconds == .max || microseconds == .min { return true }
    let unit = (0..<max(0, 6 - digits)).reduce(Int64(1)) { unit, _ in unit * 10 }
    return microseconds % unit == 0
  }

  private func decimal(_ value: UnsafeRawBufferPointer, precision: Int, scale: Int) -> ValueProblem.Kind? {
    guard let number = BinaryNumeric(value) else { return .malformed }
    guard let significant = number.significant else { return nil }
    if number.power(ofDigit: significant.upperBound) < -scale { return .notExact }
    return number.power(ofDigit: significant.lowerBound) < precision - scale ? nil : .outOfRange
  }

  /// Of what is no field of the column.
  var malformed: ValueProblem {
    ValueProblem(kind: .malformed, scalar: layout.scalar, found: layout.isArray ? .array : .string)
  }
}

extension UnsafeRawBufferPointer {
  /// Unicode scalars of valid UTF-8, as PostgreSQL counts them.
  fileprivate var characters: Int { reduce(into: 0) { if $1 & 0xC0 != 0x80 { $0 += 1 } } }
}
