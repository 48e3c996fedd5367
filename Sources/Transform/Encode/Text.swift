import Records
import Scalars

extension FieldEncoder {
  mutating func encodeText(_ value: Lexeme, into sink: inout ByteSink) throws(ValueProblem) {
    switch value.kind {
    case .string where value.isEscaped: try encodeEscapedText(value.text, into: &sink)
    case .string: try encodePlainText(isTrimmed ? value.text.trimmed : value.text, .string, into: &sink)
    default:
      try coerce(.wrongKind, value.kind)
      try encodePlainText(value.text, value.kind, into: &sink)
    }
  }

  private func encodePlainText(
    _ text: UnsafeRawBufferPointer, _ found: TokenKind, into sink: inout ByteSink
  ) throws(ValueProblem) {
    try check(text, found)
    sink.append(bigEndian: Int32(truncatingIfNeeded: text.count))
    sink.append(text)
  }

  /// Copies the escaped text to its place and decodes it there.
  private func encodeEscapedText(
    _ text: UnsafeRawBufferPointer, into sink: inout ByteSink
  ) throws(ValueProblem) {
    let header = sink.count
    sink.append(bigEndian: Int32(0))
    sink.append(text)
    let start = header &+ 4
    var count: Int
    do {
      count = try decodeEscapes(in: UnsafeMutableRawBufferPointer(rebasing: sink.mutableBytes[start...]))
    } catch {
      throw problem(error, .string)
    }
    if isTrimmed {
      let memory = UnsafeMutableRawBufferPointer(rebasing: sink.mutableBytes[start..<start &+ count])
      let kept = UnsafeRawBufferPointer(memory).trimmed
      memory.copyMemory(from: kept)
      count = kept.count
    }
    sink.truncate(to: start &+ count)
    sink.overwrite(at: header, bigEndian: Int32(truncatingIfNeeded: count))
    try check(UnsafeRawBufferPointer(rebasing: sink.bytes[start...]), .string)
  }

  /// Whether it is a label of an enum, and no longer than the column; characters are Unicode scalars, as PostgreSQL counts them.
  @inline(__always)
  private func check(_ text: UnsafeRawBufferPointer, _ found: TokenKind) throws(ValueProblem) {
    if let labels, !labels.contains(text) { throw problem(.noLabel, found) }
    guard text.count > mostCharacters else { return }
    var characters = 0
    for byte in text where byte & 0xC0 != 0x80 { characters &+= 1 }
    if characters > mostCharacters { throw problem(.tooLong, found) }
  }
}

/// Decodes the escapes of a JSON string in place.
/// - Returns: the count of bytes that are left, from the beginning of `text`.
/// - Throws: `nul`, `surrogate`, or `malformed` for what no JSON string holds.
func decodeEscapes(in text: UnsafeMutableRawBufferPointer) throws(ValueProblem.Kind) -> Int {
  guard let start = text.baseAddress else { return 0 }
  guard let decoded = JSONString.decode(UnsafeRawBufferPointer(text), into: start) else { throw .malformed }
  if decoded.findings.contains(.nul) { throw .nul }
  if decoded.findings.contains(.surrogate) { throw .surrogate }
  return decoded.count
}
