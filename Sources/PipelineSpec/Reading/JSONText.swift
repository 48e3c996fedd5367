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
    let isLiteral = ["true", "false", "null"].contains(scalar.text) || DecimalText.isNumber(scalar.text)
    return scalar.isPlain && isLiteral ? scalar.text : JSONString.quoted(scalar.text)
  }
}
