/// A decimal number where it lies, read digit by digit: 0.d₁d₂d₃… × 10^magnitude, with d₁ ≠ 0.
struct DecimalView {
  enum Source {
    /// A JSON number's text.
    case text
    /// A PostgreSQL numeric's groups of four digits, two bytes each.
    case groups
  }

  let bytes: UnsafeRawBufferPointer
  let source: Source
  var isNegative = false
  var isZero = false
  var magnitude = 0
  /// Where d₁ stands: a byte of the text, or a digit of the groups.
  var first = 0

  /// Far beyond every number PostgreSQL holds, and far from overflow.
  private static let farthest = 1 << 40

  /// A number as JSON writes it. What is no number gives nonsense, not a trap; `isNumber` tells.
  init(text: UnsafeRawBufferPointer) {
    bytes = text
    source = .text
    isNegative = text.first == UInt8(ascii: "-")
    isZero = true
    var whole = 0
    var zeros = 0
    var inFraction = false
    var place = 0
    scan: while place < text.count {
      switch text[place] {
      case UInt8(ascii: "0")...UInt8(ascii: "9"):
        if isZero {
          if text[place] != UInt8(ascii: "0") {
            isZero = false
            first = place
          } else if inFraction {
            zeros += 1
          }
        }
        if !isZero, !inFraction { whole += 1 }
      case UInt8(ascii: "."): inFraction = true
      case UInt8(ascii: "e"), UInt8(ascii: "E"): break scan
      default: break
      }
      place += 1
    }
    magnitude = (whole > 0 ? whole : -zeros) + Self.exponent(text, from: place + 1)
  }

  private static func exponent(_ text: UnsafeRawBufferPointer, from start: Int) -> Int {
    var value = 0
    var isNegative = false
    for place in min(start, text.count)..<text.count {
      switch text[place] {
      case UInt8(ascii: "-"): isNegative = true
      case UInt8(ascii: "+"): break
      default: value = min(farthest, value * 10 + Int(text[place] & 15))
      }
    }
    return isNegative ? -value : value
  }

  /// The groups of a finite numeric, and the power of 10000 of the first.
  init(groups: UnsafeRawBufferPointer, weight: Int, isNegative: Bool) {
    bytes = groups
    source = .groups
    self.isNegative = isNegative
    isZero = true
    for place in 0..<groups.count * 2 where digit(ofGroups: place) != 0 {
      first = place
      isZero = false
      break
    }
    magnitude = 4 * (weight + 1) - first
  }

  @inline(__always) fileprivate func digit(ofGroups place: Int) -> UInt8 {
    let group = UInt16(bigEndian: bytes.loadUnaligned(fromByteOffset: place / 4 * 2, as: UInt16.self))
    let digit =
      switch place & 3 {
      case 0: group / 1000
      case 1: group / 100
      case 2: group / 10
      default: group
      }
    return UInt8(digit % 10)
  }

  var digits: Digits { Digits(view: self, place: first) }

  /// The digits from d₁ on, with what zeros the number was written with.
  struct Digits {
    let view: DecimalView
    var place: Int

    mutating func next() -> UInt8? {
      if view.isZero { return nil }
      switch view.source {
      case .groups:
        guard place < view.bytes.count * 2 else { return nil }
        defer { place += 1 }
        return view.digit(ofGroups: place)
      case .text:
        while place < view.bytes.count {
          let byte = view.bytes[place]
          place += 1
          if byte == UInt8(ascii: ".") { continue }
          return byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") ? byte - UInt8(ascii: "0") : nil
        }
        return nil
      }
    }
  }

  /// Nothing but zeros after the point.
  var isInteger: Bool {
    var digits = digits
    var place = 0
    while let digit = digits.next() {
      if place >= magnitude, digit != 0 { return false }
      place += 1
    }
    return true
  }

  /// The number, where it is an integer of at most 18 digits.
  var smallInteger: Int64? {
    guard !isZero else { return 0 }
    guard magnitude > 0, magnitude <= 18 else { return nil }
    var value: Int64 = 0
    var digits = digits
    var place = 0
    while let digit = digits.next() {
      if place < magnitude {
        value = value * 10 + Int64(digit)
      } else if digit != 0 {
        return nil
      }
      place += 1
    }
    while place < magnitude {
      value *= 10
      place += 1
    }
    return isNegative ? -value : value
  }
}
