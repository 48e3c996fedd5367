internal import Scalars

/// One mapping of the pipeline file: gives out the values of its keys, and reports what is not as it should be.
///
/// A value that was reported comes back as nil, like one that is missing: the reader goes on with a default, so that
/// one run tells everything, and nobody sees that default, as a file with a problem gives no pipeline.
struct Fields {
  let node: YAMLNode
  let problems: Problems
  private let noun: String
  private var values: [String: YAMLNode] = [:]

  /// nil for what is no mapping. Keys that the shape does not know are reported.
  init?(_ node: YAMLNode, _ shape: Shape, _ problems: Problems) {
    guard case .mapping(let pairs) = node.content else {
      if !node.isRefused {
        problems.add("\(shape.noun) must be a mapping of keys to values, not \(node.noun)", at: node)
      }
      return nil
    }
    self.node = node
    self.problems = problems
    noun = shape.noun
    for pair in pairs {
      if shape.keys.contains(pair.key) {
        values[pair.key] = pair.value
      } else {
        // `{ at: /a,b }` is a key `b` to YAML.
        let comma = pair.value.isBlank ? "; a value that holds a comma is written in quotes" : ""
        let hint = problems.hint(for: pair.key, among: shape.keys)
        problems.add(
          "unknown key \(Message.quoted(pair.key)) in \(shape.noun)\(hint.isEmpty ? comma : hint)",
          line: pair.keyLine, column: pair.keyColumn)
      }
    }
  }

  /// The value of a key as it is, be it blank.
  subscript(_ key: String) -> YAMLNode? { values[key] }

  /// The value of a list or mapping; a key with nothing after it counts as missing.
  func collection(_ key: String) -> YAMLNode? {
    values[key].flatMap { $0.isBlank ? nil : $0 }
  }

  /// The elements of a list; none when the key is missing.
  func list(_ key: String) -> [YAMLNode] {
    guard let node = collection(key) else { return [] }
    guard case .sequence(let elements) = node.content else {
      if !node.isRefused { problems.add("`\(key)` must be a list, not \(node.noun)", at: node) }
      return []
    }
    return elements
  }

  /// The elements of a list, where a single value counts as a list of one.
  func oneOrMore(_ key: String) -> [YAMLNode] {
    if let node = collection(key), node.scalar != nil { return [node] }
    return list(key)
  }

  func scalar(_ key: String) -> YAMLNode.Scalar? {
    guard let node = values[key] else { return nil }
    return scalar(node, key)
  }

  /// `node` as a single value that is there.
  func scalar(_ node: YAMLNode, _ key: String) -> YAMLNode.Scalar? {
    guard let scalar = node.scalar, !node.isBlank else {
      if !node.isRefused { problems.add("`\(key)` must have a single value, not \(node.noun)", at: node) }
      return nil
    }
    return scalar
  }

  func text(_ key: String) -> String? { scalar(key)?.text }

  /// Reports a key that is missing.
  func requiredText(_ key: String, hint: String = "") -> String? {
    require(key, hint: hint)
    return text(key)
  }

  func require(_ key: String, hint: String = "") {
    if values[key] == nil { problems.add("\(noun) needs `\(key)`\(hint)", at: node) }
  }

  /// Reports a key that is missing or is no single value.
  func requireScalar(_ key: String, hint: String) {
    require(key, hint: hint)
    _ = scalar(key)
  }

  /// `true` or `false`, unquoted; YAML's other words for them are text here.
  func flag(_ key: String) -> Bool? {
    guard let scalar = scalar(key) else { return nil }
    switch scalar.text {
    case "true" where scalar.isPlain: return true
    case "false" where scalar.isPlain: return false
    default:
      report(key, "must be `true` or `false`, not \(Message.quoted(scalar.written))")
      return nil
    }
  }

  /// A decimal integer.
  func integer(_ key: String, in range: ClosedRange<Int>) -> Int? {
    guard let scalar = scalar(key) else { return nil }
    let isDecimal = DecimalText.isNumber(scalar.text) && scalar.text.utf8.allSatisfy { $0 != UInt8(ascii: ".") }
    guard isDecimal, let value = Int(scalar.text), range.contains(value) else {
      let bounds =
        range.upperBound == .max ? "\(range.lowerBound) or more" : "\(range.lowerBound) to \(range.upperBound)"
      report(key, "must be a whole number, \(bounds), not \(Message.quoted(scalar.written))")
      return nil
    }
    return value
  }

  /// One of the words of an enum.
  func choice<Choice>(_ key: String, _: Choice.Type = Choice.self) -> Choice?
  where Choice: CaseIterable & RawRepresentable<String> {
    guard let scalar = scalar(key) else { return nil }
    if let choice = Choice(rawValue: scalar.text) { return choice }
    let known = Choice.allCases.map(\.rawValue)
    report(
      key,
      "must be one of \(Message.list(known)), not \(Message.quoted(scalar.written))"
        + problems.hint(for: scalar.text, among: known))
    return nil
  }

  /// Reports something about the value of `key`, or about the mapping where the key is missing.
  func report(_ key: String, _ message: String) {
    problems.add("`\(key)` \(message)", at: values[key] ?? node)
  }
}
