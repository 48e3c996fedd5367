internal import Scalars

/// Values of a pipeline file as JSON texts, exactly as they were written.
enum JSONText {
  /// An unquoted number, `true`, `false` or `null` is that; everything else is a string. nil for what was refused.
  static func of(_ node: YAMLNode) -> String? {
    switch node.content {
    case .scalar(let scalar): return of(scalar)
    case .sequence(let elements):
      let texts = elements.compactMap(of)
      return texts.count == elements.count ? "[\(texts.joined(separator: ","))]" : nil
    case .mapping(let pairs):
      let texts = pairs.compactMap { pair in of(pair.value).map { "\(JSONString.quoted(pair.key)):\($0)" } }
      return texts.count == pairs.count ? "{\(texts.joined(separator: ","))}" : nil
    case .refused: return nil
    }
  }

  static func of(_ scalar: YAMLNode.Scalar) -> String {
    let isLiteral = ["true", "false", "null"].contains(scalar.text) || isNumber(scalar.text)
    return scalar.isPlain && isLiteral ? scalar.text : JSONString.quoted(scalar.text)
  }

  /// Whether a text is a number as RFC 8259 writes it.
  static func isNumber(_ text: String) -> Bool {
    var bytes = text.utf8[...]
    func skipDigits() -> Int {
      let digits = bytes.prefix { UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }
      bytes = bytes[digits.endIndex...]
      return digits.count
    }
    func skip(_ letters: StaticString) -> Bool {
      guard let byte = bytes.first, letters.withUTF8Buffer({ $0.contains(byte) }) else { return false }
      bytes.removeFirst()
      return true
    }
    _ = skip("-")
    let isZero = bytes.first == UInt8(ascii: "0")
    let digits = skipDigits()
    guard digits > 0, !isZero || digits == 1 else { return false }
    if skip("."), skipDigits() == 0 { return false }
    if skip("eE") {
      _ = skip("+-")
      if skipDigits() == 0 { return false }
    }
    return bytes.isEmpty
  }
}
