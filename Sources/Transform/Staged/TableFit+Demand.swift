internal import Records

extension TableFit.Demand {
  /// Why the table would change the field, which is not null; nil where it would not.
  func problem(in field: UnsafeMutableRawBufferPointer) -> ValueProblem? {
    guard layout.isArray else { return problem(UnsafeRawBufferPointer(field), .string) }
    return problem(inArray: field)
  }

  /// An array of one dimension, as the encoder writes it: dimensions, null flag, type, length and lower bound, elements.
  private func problem(inArray field: UnsafeMutableRawBufferPointer) -> ValueProblem? {
    guard field.count >= 12 else { return malformed }
    if changesElement { field.storeBytes(of: layout.elementOID.bigEndian, toByteOffset: 8, as: UInt32.self) }
    let bytes = UnsafeRawBufferPointer(field)
    guard word(bytes, 0) == 1, bytes.count >= 20 else { return word(bytes, 0) == 0 ? nil : malformed }
    var place = 20
    for _ in 0..<max(0, word(bytes, 12)) {
      guard bytes.count - place >= 4 else { return malformed }
      let length = word(bytes, place)
      place += 4
      guard length >= 0 else { continue }
      guard length <= bytes.count - place else { return malformed }
      if var problem = problem(UnsafeRawBufferPointer(rebasing: bytes[place..<place + length]), .array) {
        problem.isElement = true
        return problem
      }
      place += length
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

  /// A number is stored as digits of base 10000, the first of which stands for 10000 to the weight.
  private func decimal(_ value: UnsafeRawBufferPointer, precision: Int, scale: Int) -> ValueProblem.Kind? {
    guard value.count >= 8 else { return .malformed }
    func half(_ place: Int) -> Int { Int(Int16(bigEndian: value.loadUnaligned(fromByteOffset: place, as: Int16.self))) }
    let (count, weight) = (half(0), half(2))
    guard count >= 0, value.count == 8 + 2 * count else { return .malformed }
    let digits = (0..<count).map { half(8 + 2 * $0) }
    guard let first = digits.firstIndex(where: { $0 != 0 }), let last = digits.lastIndex(where: { $0 != 0 }) else {
      return nil
    }
    var lowest = 4 * (weight - last)
    var tail = digits[last]
    while tail % 10 == 0 {
      lowest += 1
      tail /= 10
    }
    if lowest < -scale { return .notExact }
    let highest = 4 * (weight - first) + String(digits[first]).count - 1
    return highest < precision - scale ? nil : .outOfRange
  }

  private var malformed: ValueProblem { ValueProblem(kind: .malformed, scalar: layout.scalar, found: .array) }

  private func word(_ bytes: UnsafeRawBufferPointer, _ place: Int) -> Int {
    Int(Int32(bigEndian: bytes.loadUnaligned(fromByteOffset: place, as: Int32.self)))
  }
}

extension UnsafeRawBufferPointer {
  /// Unicode scalars of valid UTF-8, as PostgreSQL counts them.
  fileprivate var characters: Int { reduce(into: 0) { if $1 & 0xC0 != 0x80 { $0 += 1 } } }
}
