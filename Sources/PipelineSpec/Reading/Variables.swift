/// `${NAME}` and `${NAME:-default}` in the values of a pipeline file.
struct Variables {
  let environment: [String: String]
  let problems: Problems

  /// The tree with the environment put into its values. Keys stay as they are, and what comes from the environment stays
  /// one value whatever it holds: no variable can add a key or a list.
  ///
  /// - Parameter isPointer: a `$` is a `$` there, and only what is a variable is one.
  func expand(_ node: YAMLNode, isPointer: Bool = false) -> YAMLNode {
    var node = node
    switch node.content {
    case .scalar(var scalar):
      scalar.written = VariableMask.unmasked(scalar.written)
      guard let text = expand(scalar.written, at: node, isPointer) else {
        node.content = .refused
        return node
      }
      scalar.text = text
      node.content = .scalar(scalar)
    case .sequence(let elements):
      node.content = .sequence(elements.map { expand($0, isPointer: isPointer) })
    case .mapping(let pairs):
      node.content = .mapping(
        pairs.map { pair in
          var pair = pair
          pair.key = VariableMask.unmasked(pair.key)
          pair.value = expand(pair.value, isPointer: pair.key == "at" || pair.key == "of")
          return pair
        })
    case .refused: break
    }
    return node
  }

  /// - Returns: nil when something was wrong, which has then been reported.
  private func expand(_ text: String, at node: YAMLNode, _ isPointer: Bool) -> String? {
    let dollar = UInt8(ascii: "$")
    guard text.utf8.contains(dollar) else { return text }
    var result: [UInt8] = []
    var rest = Array(text.utf8)[...]
    var isWhole = true
    while let start = rest.firstIndex(of: dollar) {
      result += rest[..<start]
      rest = rest[(start + 1)...]
      switch rest.first {
      case _ where isPointer && !Self.isReference(rest):
        result.append(dollar)
      case dollar:
        result.append(dollar)
        rest.removeFirst()
      case UInt8(ascii: "{"):
        guard let end = rest.firstIndex(of: UInt8(ascii: "}")) else {
          problems.add("`${` without `}`; write `$$` for a dollar sign", at: node)
          return nil
        }
        if let value = value(of: rest[..<end].dropFirst(), at: node) {
          result += value
        } else {
          isWhole = false
        }
        rest = rest[(end + 1)...]
      default:
        result.append(dollar)
      }
    }
    return isWhole ? String(decoding: result + rest, as: UTF8.self) : nil
  }

  /// Whether what stands behind a `$` makes a variable of it.
  private static func isReference(_ text: ArraySlice<UInt8>) -> Bool {
    guard text.first == UInt8(ascii: "{"), text.contains(UInt8(ascii: "}")) else { return false }
    let name = text.dropFirst().prefix { Unicode.Scalar($0).isVariableNamePart }
    guard let first = name.first, !(UInt8(ascii: "0")...UInt8(ascii: "9") ~= first) else { return false }
    let rest = text[name.endIndex...]
    return rest.first == UInt8(ascii: "}") || rest.starts(with: ":-".utf8)
  }

  /// The value of what stands between `${` and `}`.
  private func value(of reference: ArraySlice<UInt8>, at node: YAMLNode) -> [UInt8]? {
    let name = String(decoding: reference.prefix { Unicode.Scalar($0).isVariableNamePart }, as: UTF8.self)
    let rest = reference.dropFirst(name.utf8.count)
    let isName = name.unicodeScalars.first.map { !("0"..."9" ~= $0) } ?? false
    guard isName, rest.isEmpty || rest.starts(with: ":-".utf8) else {
      // Not what follows the name: `${PASSWORD-secret}`
      problems.add(
        "`${\(name)\(rest.isEmpty ? "" : "…")}` is not `${NAME}` or `${NAME:-default}`; write `$$` for a dollar sign",
        at: node)
      return nil
    }
    let value = environment[name].map { Array($0.utf8) }
    if environment[name]?.unicodeScalars.contains("\u{FFFD}") == true {
      problems.add("environment variable \(Message.quoted(name)) is not UTF-8", at: node)
    }
    guard !rest.isEmpty else {
      if value == nil {
        problems.add("environment variable \(Message.quoted(name)) is not set, and has no default", at: node)
      }
      return value
    }
    let fallback = Array(rest.dropFirst(2))
    guard !fallback.contains(UInt8(ascii: "$")) else {
      problems.add("the default of \(Message.quoted(name)) must not hold another variable", at: node)
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
