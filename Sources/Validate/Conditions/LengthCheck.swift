import Records
import Scalars

/// `length`: characters (Unicode scalar values, as PostgreSQL's `char_length` counts them) of a string, elements of an array,
/// bytes of a bytea.
struct LengthCheck: ValueCheck {
  let min: Int?
  let max: Int?

  func verdict(
    on value: Value, scratch: inout ByteSink, meter: inout WorkMeter
  ) throws(ValidateError) -> Condition.Verdict {
    guard let length = try Self.length(of: value, &scratch) else { return .unmeasured }
    return length >= min ?? 0 && length <= max ?? .max ? .holds : .broken
  }

  /// nil where the value has no length.
  private static func length(of value: Value, _ scratch: inout ByteSink) throws(ValidateError) -> Int? {
    switch value {
    case .text, .escapedText: return value.string(&scratch)?.count { $0 & 0xC0 != 0x80 }
    case .elements(let array): return array.count
    case .opaque(let bytes): return bytes.count
    case .jsonArray(let bytes):
      guard let count = elementCount(bytes) else { throw .malformedRow }
      return count
    default: return nil
    }
  }

  /// nil where the text is damaged.
  private static func elementCount(_ array: UnsafeRawBufferPointer) -> Int? {
    var scanner = JSONScanner(array, from: 1)
    var count = 0
    while scanner.nextElement() != nil { count += 1 }
    return scanner.current == UInt8(ascii: "]") ? count : nil
  }
}
