/// An exact decimal number that a rule names.
struct Decimal: Equatable, Comparable {
  let isNegative: Bool
  /// 0.d₁d₂d₃… × 10^magnitude
  let magnitude: Int
  /// d₁ ≠ 0, and the last is not 0 either; empty for zero.
  let digits: [UInt8]

  init(_ view: DecimalView) {
    var digits: [UInt8] = []
    var source = view.digits
    while let digit = source.next() { digits.append(digit) }
    while digits.last == 0 { digits.removeLast() }
    self.digits = digits
    isNegative = view.isNegative && !digits.isEmpty
    magnitude = digits.isEmpty ? 0 : view.magnitude
  }

  /// A number as JSON writes it; nil for anything else.
  init?(_ text: String) {
    guard Self.isNumber(text) else { return nil }
    var text = text
    self = text.withUTF8 { Decimal(DecimalView(text: UnsafeRawBufferPointer($0))) }
  }

  private static func isNumber(_ text: String) -> Bool {
    var bytes = text.utf8[...]
    func take(_ isTaken: (UInt8) -> Bool) -> Int {
      let rest = bytes.drop(while: isTaken)
      defer { bytes = rest }
      return bytes.count - rest.count
    }
    let isDigit: (UInt8) -> Bool = { (0x30...0x39).contains($0) }
    if bytes.first == UInt8(ascii: "-") { bytes.removeFirst() }
    guard take(isDigit) > 0 else { return false }
    if bytes.first == UInt8(ascii: ".") {
      bytes.removeFirst()
      guard take(isDigit) > 0 else { return false }
    }
    if let exponent = bytes.first, exponent | 0x20 == UInt8(ascii: "e") {
      bytes.removeFirst()
      if let sign = bytes.first, sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") { bytes.removeFirst() }
      guard take(isDigit) > 0 else { return false }
    }
    return bytes.isEmpty
  }

  static func < (left: Decimal, right: Decimal) -> Bool {
    guard left.sign == right.sign else { return left.sign < right.sign }
    let (small, large) = left.isNegative ? (right, left) : (left, right)
    guard small.magnitude == large.magnitude else { return small.magnitude < large.magnitude }
    return small.digits.lexicographicallyPrecedes(large.digits)
  }

  private var sign: Int { digits.isEmpty ? 0 : isNegative ? -1 : 1 }

  /// Below 0, 0 or above 0, as `view` is below, equal to or above this number.
  func order(of view: DecimalView) -> Int {
    let sign = view.isZero ? 0 : view.isNegative ? -1 : 1
    guard sign == self.sign, sign != 0 else { return sign - self.sign }
    guard view.magnitude == magnitude else { return view.magnitude > magnitude ? sign : -sign }
    var other = view.digits
    for digit in digits {
      let theirs = other.next() ?? 0
      if theirs != digit { return theirs > digit ? sign : -sign }
    }
    while let theirs = other.next() { if theirs != 0 { return sign } }
    return 0
  }

  /// The least integer not below, or the greatest not above, this number; nil where that is no `Int64`.
  func integer(roundingUp: Bool) -> Int64? {
    guard magnitude <= 19 else { return nil }
    var value: Int64 = 0
    for place in 0..<max(0, magnitude) {
      let digit = Int64(place < digits.count ? digits[place] : 0)
      let (tenfold, overflow) = value.multipliedReportingOverflow(by: 10)
      let (sum, carry) = tenfold.subtractingReportingOverflow(digit)
      if overflow || carry { return nil }
      value = sum
    }
    let isWhole = digits.count <= max(0, magnitude)
    if !isWhole, isNegative != roundingUp {
      let (away, overflow) = value.subtractingReportingOverflow(1)
      if overflow { return nil }
      value = away
    }
    if isNegative { return value }
    return value == .min ? nil : -value
  }
}
