internal import Records

/// Reports bounds of a `range` that no value of its operand can be held against.
struct RangeReader {
  let fields: Fields
  let type: OperandType
  /// Of the column, for bounds that name none.
  let zone: Int?

  private enum Bound {
    case number(Double)
    case moment(Int64)
  }

  /// False where it reported something.
  func check() -> Bool {
    var bounds: [Bound] = []
    for key in ["min", "max"] {
      guard let node = fields[key], let scalar = node.scalar, !node.isBlank else { continue }
      guard let bound = bound(scalar.text) else {
        fields.report(key, "must be \(type.boundForm), not \(Message.quoted(scalar.written))")
        return false
      }
      bounds.append(bound)
    }
    guard bounds.count == 2 else { return true }
    switch (bounds[0], bounds[1]) {
    // Rounding to Double keeps the order, so that this never refuses a range that holds something.
    case (.number(let low), .number(let high)) where low <= high: return true
    case (.moment(let low), .moment(let high)) where low <= high: return true
    case (.number, .moment), (.moment, .number): fields.report("max", "is of another kind than `min`")
    default: fields.report("max", "is below `min`: no value could pass")
    }
    return false
  }

  private func bound(_ text: String) -> Bound? {
    guard type.countsNumbers(in: [text]) else { return type.moment(text, zone: zone).map { .moment($0) } }
    return JSONText.isNumber(text) ? Double(text).map { .number($0) } : nil
  }
}
