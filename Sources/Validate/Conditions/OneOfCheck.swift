import PipelineSpec
import Records

/// The values that a `oneOf` rule allows. Numbers are the same when they are equal (1 and 1.0), strings when their
/// characters are, instants when they are the same instant; a number and a string never are.
struct OneOfCheck: ValueCheck {
  private var hasTrue = false
  private var hasFalse = false
  private var integers: Set<Int64> = []
  /// Sorted.
  private var decimals: [Decimal] = []
  private var floats: Set<Double> = []
  private var moments: Set<Int64> = []
  /// Sorted: strings as UTF-8, uuids as their 16 bytes.
  private var bytes: [[UInt8]] = []
  /// Values are compared as what their text says: as instants, as uuids.
  private let readsText: Bool

  /// - Parameters:
  ///   - texts: JSON scalars.
  ///   - zone: of the column, for instants that name none.
  init(_ texts: [String], target: OperandType, zone: Int?) throws(ValidateError) {
    readsText = [.uuid, .date, .time, .timestamp, .timestamptz].contains(target.kind)
    for text in texts {
      guard target.canEqual(text), add(text, target, zone) else {
        throw ValidateError(
          .rule, "\(text) can never be the value of \(target) data",
          remedy: "list values as the column holds them: numbers for numbers, quoted strings for everything else")
      }
    }
    decimals.sort()
    bytes.sort { $0.lexicographicallyPrecedes($1) }
  }

  /// False where no value of the target can equal this one, though it is of the right kind.
  private mutating func add(_ text: String, _ target: OperandType, _ zone: Int?) -> Bool {
    var text = text
    return text.withUTF8 { utf8 in
      let raw = UnsafeRawBufferPointer(utf8)
      let value = Value(json: raw)
      var scratch = ByteSink()
      switch value {
      case .null: return true
      case .bool(let bool):
        if bool { hasTrue = true } else { hasFalse = true }
        return true
      case .integer, .decimal:
        guard let decimal = Decimal(String(decoding: utf8, as: UTF8.self)) else { return false }
        add(decimal, raw, target)
        return true
      case .text, .escapedText: return value.string(&scratch).map { add(string: $0, target, zone) } ?? false
      default: return false
      }
    }
  }

  private mutating func add(_ decimal: Decimal, _ raw: UnsafeRawBufferPointer, _ target: OperandType) {
    let text = String(decoding: raw, as: UTF8.self)
    switch target {
    case .scalar(.float4): floats.insert(Double(Float(text) ?? .nan))
    case .scalar(.float8): floats.insert(Double(text) ?? .nan)
    default: break
    }
    // An int8 has up to 19 digits, which `smallInteger` does not promise: rounding both ways to the same does.
    if let integer = decimal.integer(roundingUp: true), integer == decimal.integer(roundingUp: false) {
      integers.insert(integer)
    }
    decimals.append(decimal)
  }

  private mutating func add(string: UnsafeRawBufferPointer, _ target: OperandType, _ zone: Int?) -> Bool {
    switch target.kind {
    case .uuid:
      guard let uuid = Self.uuid(string) else { return false }
      bytes.append(uuid)
    case .date, .time, .timestamp, .timestamptz:
      guard let moment = target.moment(String(decoding: string, as: UTF8.self), zone: zone) else { return false }
      moments.insert(moment)
    default: bytes.append([UInt8](string))
    }
    return true
  }

  private static func uuid(_ text: UnsafeRawBufferPointer) -> [UInt8]? {
    var digits: [UInt8] = []
    for byte in text where byte != UInt8(ascii: "-") {
      guard let digit = Character(Unicode.Scalar(byte)).hexDigitValue else { return nil }
      digits.append(UInt8(digit))
    }
    guard digits.count == 32 else { return nil }
    return (0..<16).map { digits[2 * $0] << 4 | digits[2 * $0 + 1] }
  }

  func verdict(on value: Value, scratch: inout ByteSink, meter: inout WorkMeter) -> Condition.Verdict {
    Condition.Verdict(contain(value, &scratch))
  }

  /// nil where the value cannot be compared: its text does not say what the column holds.
  private func contain(_ value: Value, _ scratch: inout ByteSink) -> Bool? {
    switch value {
    case .bool(let bool): return bool ? hasTrue : hasFalse
    case .integer(let integer): return integers.contains(integer)
    case .decimal(let view): return contain(view)
    case .float(let float): return floats.contains(float)
    case .moment(let moment): return moments.contains(moment)
    case .opaque(let raw): return contain(raw)
    case .text, .escapedText: return readsText ? nil : value.string(&scratch).map(contain)
    default: return false
    }
  }

  private func contain(_ view: DecimalView) -> Bool {
    var low = 0
    var high = decimals.count
    while low < high {
      let middle = (low + high) / 2
      switch decimals[middle].order(of: view) {
      case 0: return true
      case 1...: low = middle + 1
      default: high = middle
      }
    }
    return false
  }

  private func contain(_ raw: UnsafeRawBufferPointer) -> Bool {
    var low = 0
    var high = bytes.count
    while low < high {
      let middle = (low + high) / 2
      if bytes[middle].elementsEqual(raw) { return true }
      if bytes[middle].lexicographicallyPrecedes(raw) { low = middle + 1 } else { high = middle }
    }
    return false
  }
}
