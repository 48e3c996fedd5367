import Scalars

extension Value {
  /// A JSON value, given exactly its bytes.
  init(json bytes: UnsafeRawBufferPointer) {
    switch bytes.first {
    case UInt8(ascii: "\""):
      let content = UnsafeRawBufferPointer(rebasing: bytes[1..<max(1, bytes.count - 1)])
      self = JSONString.isEscaped(content) ? .escapedText(content) : .text(content)
    case UInt8(ascii: "{"): self = .jsonObject(bytes)
    case UInt8(ascii: "["): self = .jsonArray(bytes)
    case UInt8(ascii: "t"): self = .bool(true)
    case UInt8(ascii: "f"): self = .bool(false)
    case UInt8(ascii: "n"): self = .null
    case nil: self = .missing
    default: self = Self.shortInteger(bytes).map { .integer($0) } ?? .decimal(DecimalView(text: bytes))
    }
  }

  /// At most 18 digits with at most a sign: what most numbers are, and what cannot overflow.
  private static func shortInteger(_ bytes: UnsafeRawBufferPointer) -> Int64? {
    let isNegative = bytes.first == UInt8(ascii: "-")
    let start = isNegative ? 1 : 0
    guard bytes.count - start <= 18 else { return nil }
    var value: Int64 = 0
    for place in start..<bytes.count {
      let digit = bytes[place] &- UInt8(ascii: "0")
      guard digit < 10 else { return nil }
      value = value * 10 + Int64(digit)
    }
    return isNegative ? -value : value
  }
}
