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
    default:
      if let integer = Int64(shortNumber: bytes) {
        self = .integer(integer)
      } else if let number = DecimalText(bytes) {
        self = .decimal(DecimalView(number))
      } else {
        // No JSON: the text is damaged.
        self = .opaque(bytes)
      }
    }
  }
}
