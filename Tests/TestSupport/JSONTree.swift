/// A JSON value with one way to write it, so that what a path leads to is known without reading the text.
public struct JSONTree: Sendable {
  public var text: String
  public var content: Content

  public enum Content: Sendable {
    case scalar
    case array([JSONTree])
    case object([Member])
  }

  public struct Member: Sendable {
    public var key: String
    /// The key between quotes, with whatever escapes.
    public var written: String
    public var value: JSONTree
  }

  /// Which member of a key counts.
  public enum Repeated: String, Sendable, CaseIterable { case first, last }

  /// What lies at a path of decoded keys; nil where there is nothing.
  public func value(at path: ArraySlice<String>, _ repeated: Repeated = .first) -> JSONTree? {
    guard let step = path.first else { return self }
    switch content {
    case .scalar: return nil
    case .array(let elements):
      let index = elements.indices.first { String($0) == step }
      return index.flatMap { elements[$0].value(at: path.dropFirst(), repeated) }
    case .object(let members):
      // Swift calls strings equal that Unicode does; JSON compares code points.
      let named = members.filter { $0.key.unicodeScalars.elementsEqual(step.unicodeScalars) }
      return (repeated == .first ? named.first : named.last)?.value.value(at: path.dropFirst(), repeated)
    }
  }

  /// Whether an object in it has a key twice.
  public var repeatsKey: Bool {
    switch content {
    case .scalar: false
    case .array(let elements): elements.contains(where: \.repeatsKey)
    case .object(let members):
      Set(members.map { Array($0.key.utf8) }).count < members.count || members.contains(where: \.value.repeatsKey)
    }
  }

  /// Without white space, and each key once, where it stands first.
  public func compact(_ repeated: Repeated) -> String {
    switch content {
    case .scalar: return text
    case .array(let elements): return "[" + elements.map { $0.compact(repeated) }.joined(separator: ",") + "]"
    case .object(let members):
      var kept: [Member] = []
      for member in members {
        let place = kept.firstIndex { $0.key.unicodeScalars.elementsEqual(member.key.unicodeScalars) }
        guard let place else {
          kept.append(member)
          continue
        }
        if repeated == .last { kept[place] = member }
      }
      return "{" + kept.map { "\($0.written):\($0.value.compact(repeated))" }.joined(separator: ",") + "}"
    }
  }
}

extension RandomValues {
  /// Keys that are easily taken for each other: beginnings of others, equivalent to others, digits, nothing at all.
  public static let keys = [
    "a", "ab", "abc", "A", "", "0", "1", "01", "10", "-", "é", "e\u{301}", "😀", "日本", "a/b", "~1", "\"", "\\", "\n",
    "key of more than sixteen bytes", "key of more than sixteen bites",
  ]

  /// A path of at most four steps, of the keys.
  public mutating func path() -> [String] { (0..<int(0...4)).map { _ in key() } }

  private mutating func key() -> String { Self.keys[int(0...Self.keys.count - 1)] }

  /// A value whose keys are of `keys`, in the same order as in others or not, with white space here and there.
  public mutating func tree(depth: Int, repeats: Bool = false) -> JSONTree {
    switch depth > 0 ? int(0...3) : 0 {
    case 0: scalar()
    case 1: array(depth: depth - 1, repeats)
    default: object(depth: depth - 1, repeats)
    }
  }

  private mutating func scalar() -> JSONTree {
    let text =
      chance(2) ? string(0...12) : ["null", "true", "false", "0", "-1.5e3", "12", "\"\"", "{}", "[]"][int(0...8)]
    let content: JSONTree.Content = text == "{}" ? .object([]) : text == "[]" ? .array([]) : .scalar
    return JSONTree(text: text, content: content)
  }

  private mutating func array(depth: Int, _ repeats: Bool) -> JSONTree {
    let elements = (0..<int(0...6)).map { _ in tree(depth: depth, repeats: repeats) }
    let text = "[" + elements.map { blank() + $0.text + blank() }.joined(separator: ",") + blank() + "]"
    return JSONTree(text: text, content: .array(elements))
  }

  private mutating func object(depth: Int, _ repeats: Bool) -> JSONTree {
    var keys = Self.keys.filter { _ in chance(5) }
    if repeats, let key = keys.randomElement(using: &self) { keys.append(key) }
    if chance(2) { keys.shuffle(using: &self) }
    let members = keys.map {
      JSONTree.Member(key: $0, written: written($0), value: tree(depth: depth, repeats: repeats))
    }
    let texts = members.map { "\(blank())\($0.written)\(blank()):\(blank())\($0.value.text)\(blank())" }
    return JSONTree(text: "{" + texts.joined(separator: ",") + blank() + "}", content: .object(members))
  }

  private mutating func blank() -> String { chance(8) ? [" ", "\n\t", "\r\n", "  "][int(0...3)] : "" }

  /// A key as JSON writes it, some of its characters with escapes that they need not have.
  private mutating func written(_ key: String) -> String {
    let escapesMore = chance(3)
    return "\""
      + key.unicodeScalars.map { scalar in
        switch scalar {
        case "\"", "\\": return "\\" + String(scalar)
        case ..<" ": return escape(scalar)
        default: return escapesMore && chance(2) ? escape(scalar) : String(scalar)
        }
      }.joined() + "\""
  }

  private mutating func escape(_ scalar: Unicode.Scalar) -> String {
    String(scalar).utf16.map { unit in
      let digits = String(unit, radix: 16, uppercase: chance(2))
      return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
    }.joined()
  }
}
