import PipelineSpec
import Records
import Scalars

/// The bounds of a `range` rule, both included, ready for each kind of value they can meet.
///
/// Numbers compare as exact decimals; only float columns compare as floats, with the bound rounded to the column's
/// type. Dates and instants compare as instants: a date stands for its midnight, what has no zone for that of its column, or UTC.
struct RangeCheck: ValueCheck {
  private enum Measure {
    case number, moment
  }

  private let measure: Measure
  private var low: Decimal?
  private var high: Decimal?
  /// Empty, with the low end above the high one, where no `Int64` lies within.
  private var lowInteger = Int64.min
  private var highInteger = Int64.max
  private var lowFloat = -Double.infinity
  private var highFloat = Double.infinity
  private var lowMoment = Int64.min
  private var highMoment = Int64.max

  /// - Parameter zone: of the column, for bounds that name none.
  init(min: String?, max: String?, target: OperandType, zone: Int?) throws(ValidateError) {
    measure = target.countsNumbers(in: [min, max].compactMap { $0 }) ? .number : .moment
    let scalar: ScalarType? = if case .scalar(let scalar) = target { scalar } else { nil }
    switch measure {
    case .number:
      low = try min.map { (text) throws(ValidateError) in try Self.decimal(text, target) }
      high = try max.map { (text) throws(ValidateError) in try Self.decimal(text, target) }
      setIntegers()
      if let min { lowFloat = Self.float(min, scalar) }
      if let max { highFloat = Self.float(max, scalar) }
    case .moment:
      if let min { lowMoment = try Self.moment(min, target, zone) }
      if let max { highMoment = try Self.moment(max, target, zone) }
    }
  }

  private mutating func setIntegers() {
    var isEmpty = false
    if let low {
      if let integer = low.integer(roundingUp: true) {
        lowInteger = integer
      } else if !low.isNegative {
        isEmpty = true
      }
    }
    if let high {
      if let integer = high.integer(roundingUp: false) {
        highInteger = integer
      } else if high.isNegative {
        isEmpty = true
      }
    }
    if isEmpty { (lowInteger, highInteger) = (1, 0) }
  }

  private static func decimal(_ text: String, _ target: OperandType) throws(ValidateError) -> Decimal {
    guard let decimal = Decimal(text) else {
      throw ValidateError(.rule, "the bound \(text) is no number, as \(target) values need")
    }
    return decimal
  }

  private static func float(_ text: String, _ scalar: ScalarType?) -> Double {
    scalar == .float4 ? Double(Float(text) ?? .nan) : Double(text) ?? .nan
  }

  private static func moment(_ text: String, _ target: OperandType, _ zone: Int?) throws(ValidateError) -> Int64 {
    guard let moment = target.moment(text, zone: zone) else {
      throw ValidateError(.rule, "the bound \(text) is none that \(target) values can be held against")
    }
    return moment
  }

  func verdict(on value: Value, scratch: inout ByteSink, meter: inout WorkMeter) -> Condition.Verdict {
    Condition.Verdict(contain(value, &scratch))
  }

  /// nil where the value cannot be measured.
  private func contain(_ value: Value, _ scratch: inout ByteSink) -> Bool? {
    switch (measure, value) {
    case (.number, .integer(let integer)): return integer >= lowInteger && integer <= highInteger
    case (.number, .decimal(let view)):
      if let low, low.order(of: view) < 0 { return false }
      if let high, high.order(of: view) > 0 { return false }
      return true
    case (.number, .float(let float)): return float >= lowFloat && float <= highFloat
    case (.moment, .moment(let moment)): return moment >= lowMoment && moment <= highMoment
    case (.moment, .text), (.moment, .escapedText):
      guard let text = value.string(&scratch), let moment = Moment(text)?.microseconds else { return nil }
      return moment >= lowMoment && moment <= highMoment
    default: return nil
    }
  }
}
