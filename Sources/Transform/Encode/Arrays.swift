import Records
import Scalars

extension FieldEncoder {
  /// PostgreSQL's most elements of an array.
  private static let mostElements = 0x3FFF_FFFF / 8

  /// One dimension with the lower bound 1; without elements, none.
  mutating func encodeArray(_ value: Lexeme, into sink: inout ByteSink) throws(ValueProblem) {
    if value.kind != .array { try coerce(.wrongKind, value.kind) }
    let header = sink.count
    sink.reserve(24)
    sink.append(bigEndian: Int32(0))
    sink.append(bigEndian: Int32(1))
    sink.append(bigEndian: Int32(0))
    sink.append(bigEndian: elementOID)
    sink.append(bigEndian: Int32(0))
    sink.append(bigEndian: Int32(1))
    var count = 1
    var hasNull = false
    if value.kind == .array {
      (count, hasNull) = try encodeElements(value.text, into: &sink)
    } else {
      try encodeScalar(value, into: &sink)
    }
    if count == 0 {
      sink.overwrite(at: header &+ 4, bigEndian: Int32(0))
      sink.truncate(to: header &+ 16)
    } else {
      sink.overwrite(at: header &+ 8, bigEndian: Int32(hasNull ? 1 : 0))
      sink.overwrite(at: header &+ 16, bigEndian: Int32(truncatingIfNeeded: count))
    }
    sink.overwrite(at: header, bigEndian: Int32(truncatingIfNeeded: sink.count &- header &- 4))
  }

  private mutating func encodeElements(
    _ text: UnsafeRawBufferPointer, into sink: inout ByteSink
  ) throws(ValueProblem) -> (count: Int, hasNull: Bool) {
    var elements = JSONScanner(text, from: 1)
    var count = 0
    var hasNull = false
    while let text = elements.nextElement() {
      let element = Lexeme(json: text)
      count &+= 1
      guard count <= Self.mostElements, sink.count <= Int(Int32.max) else { throw problem(.tooLarge, .array) }
      if element.kind == .null {
        hasNull = true
        Self.encodeNull(into: &sink)
        continue
      }
      do {
        try encodeScalar(element, into: &sink)
      } catch {
        var inside = error
        inside.isElement = true
        throw inside
      }
    }
    return (count, hasNull)
  }
}
