import Records

/// Writes JSON into a `ByteSink`: commas, colons and, where asked for, line breaks and indentation.
///
/// Text is written as it is given: whoever calls has escaped it.
struct JSONWriter: ~Copyable {
  var out: ByteSink
  let isPretty: Bool
  private var depth = 0
  private var isFirst = true

  init(isPretty: Bool, capacity: Int) {
    self.out = ByteSink(capacity: capacity)
    self.isPretty = isPretty
  }

  mutating func open(_ bracket: Unicode.Scalar) {
    out.append(UInt8(ascii: bracket))
    depth += 1
    isFirst = true
  }

  mutating func close(_ bracket: Unicode.Scalar) {
    depth -= 1
    if !isFirst { breakLine() }
    out.append(UInt8(ascii: bracket))
    isFirst = false
  }

  /// Begins the next element of an array, or the next member of an object before its key.
  mutating func next() {
    if !isFirst { out.append(UInt8(ascii: ",")) }
    isFirst = false
    breakLine()
  }

  /// Begins the next member of an object; its value follows.
  mutating func key(_ name: StaticString) {
    next()
    string(name)
    out.append(UInt8(ascii: ":"))
    if isPretty { out.append(UInt8(ascii: " ")) }
  }

  mutating func string(_ text: StaticString) {
    out.append(UInt8(ascii: "\""))
    raw(text)
    out.append(UInt8(ascii: "\""))
  }

  /// A string made of a fixed beginning and what `rest` writes.
  mutating func string(_ beginning: StaticString, _ rest: (inout ByteSink) -> Void) {
    out.append(UInt8(ascii: "\""))
    raw(beginning)
    rest(&out)
    out.append(UInt8(ascii: "\""))
  }

  mutating func raw(_ text: StaticString) {
    text.withUTF8Buffer { out.append(UnsafeRawBufferPointer($0)) }
  }

  mutating func lineFeed() { out.append(UInt8(ascii: "\n")) }

  private mutating func breakLine() {
    guard isPretty else { return }
    lineFeed()
    for _ in 0..<depth { raw("  ") }
  }
}

extension ByteSink {
  /// `value` in decimal, with zeros before it up to `width` digits.
  mutating func appendDecimal(_ value: UInt64, width: Int = 1) {
    if value >= 10 || width > 1 { appendDecimal(value / 10, width: width - 1) }
    append(UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: value % 10))
  }

  /// The lowest `digits` hexadecimal digits of `value`.
  mutating func appendHex(_ value: UInt64, digits: Int) {
    var shift = (digits - 1) * 4
    while shift >= 0 {
      let digit = UInt8(truncatingIfNeeded: value >> UInt64(shift)) & 0xF
      append(digit < 10 ? UInt8(ascii: "0") &+ digit : UInt8(ascii: "a") &+ digit &- 10)
      shift -= 4
    }
  }
}
