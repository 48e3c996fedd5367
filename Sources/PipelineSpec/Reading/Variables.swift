/// `${NAME}` and `${NAME:-default}` in the values of a pipeline file.
struct Variables {
  let environment: [String: String]
  let problems: Problems

  /// The tree with the environment put into its values. Keys stay as they are, and what comes from the environment stays
  /// one value whatever it holds: no variable can add a key or a list.
  func expand(_ node: YAMLNode) -> YAMLNode {
    var node = node
    switch node.content {
    case .scalar(var scalar):
      scalar.written = VariableMask.unmasked(scalar.written)
      guard let text = expand(scalar.written, at: node) else {
        node.content = .refused
        return node
      }
      scalar.text = text
      node.content = .scalar(scalar)
    case .sequence(let elements):
      node.content = .sequence(elements.map(expand))
    case .mapping(let pairs):
      node.content = .mapping(
        pairs.map { pair in
          var pair = pair
          pair.key = VariableMask.unmasked(pair.key)
          pair.value = expand(pair.value)
          return pair
        })
    case .refused: break
    }
    return node
  }

  /// - Returns: nil when something was wrong, which has then been reported.
  private func expand(_ text: String, at node: YAMLNode) -> String? {
    guard text.utf8.contains(UInt8(ascii: "$")) else { return text }
    var result = String.UnicodeScalarView()
    var rest = text.unicodeScalars[...]
    var isWhole = true
    while let scalar = rest.popFirst() {
      switch (scalar, rest.first) {
      case ("$", "$"):
        rest.removeFirst()
        result.append("$")
      case ("$", "{"):
        rest.removeFirst()
        guard let end = rest.firstIndex(of: "}") else {
          problems.add("`${` without `}`; write `$$` for a dollar sign", at: node)
          return nil
        }
        if let value = value(of: rest[..<end], at: node) {
          result.append(contentsOf: value.unicodeScalars)
        } else {
          isWhole = false
        }
        rest = rest[rest.index(after: end)...]
      default:
        result.append(scalar)
      }
    }
    return isWhole ? String(result) : nil
  }

  /// The value of what stands between `${` and `}`.
  private func value(of reference: Substring.UnicodeScalarView, at node: YAMLNode) -> String? {
    let name = reference.prefix { $0.isVariableNamePart }
    let rest = reference.dropFirst(name.count)
    guard let first = name.first, !("0"..."9" ~= first), rest.isEmpty || rest.starts(with: ":-".unicodeScalars) else {
      let shown = Message.quoted("${" + String(reference) + "}")
      problems.add(
        "\(shown) is not `${NAME}` or `${NAME:-default}`; write `$$` for a dollar sign", at: node)
      return nil
    }
    let value = environment[String(name)]
    guard !rest.isEmpty else {
      if value == nil {
        problems.add("environment variable \(Message.quoted(String(name))) is not set, and has no default", at: node)
      }
      return value
    }
    let fallback = String(rest.dropFirst(2))
    guard !fallback.utf8.contains(UInt8(ascii: "$")) else {
      problems.add("the default of \(Message.quoted(String(name))) must not hold another variable", at: node)
      return nil
    }
    // As in a shell, `:-` also stands in for a variable that is set to nothing.
    return value.flatMap { $0.isEmpty ? nil : $0 } ?? fallback
  }
}

extension Unicode.Scalar {
  var isVariableNamePart: Bool {
    switch self {
    case "a"..."z", "A"..."Z", "0"..."9", "_": true
    default: false
    }
  }
}
