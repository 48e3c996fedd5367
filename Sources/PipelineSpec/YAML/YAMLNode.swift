/// A part of the pipeline file and where it begins, counted from 1.
struct YAMLNode: Hashable {
  var content: Content
  var line: Int
  var column: Int

  enum Content: Hashable {
    case scalar(Scalar)
    case sequence([YAMLNode])
    case mapping([Pair])
    /// Something that has been reported and that nobody needs to look at again.
    case refused
  }

  struct Scalar: Hashable {
    /// With the environment put in.
    var text: String
    /// As it stands in the file; what messages quote, as the environment may hold secrets.
    var written: String
    /// Without quotes.
    var isPlain: Bool
    /// Without quotes, and a comment follows on its line.
    var isBeforeComment = false
  }

  struct Pair: Hashable {
    var key: String
    var keyLine: Int
    var keyColumn: Int
    var value: YAMLNode
  }

  var scalar: Scalar? {
    if case .scalar(let scalar) = content { scalar } else { nil }
  }

  var isRefused: Bool { content == .refused }

  /// Nothing stands there: `rules:` and then the next key.
  var isBlank: Bool {
    guard let scalar else { return false }
    return scalar.isPlain && scalar.written.isEmpty
  }

  /// The value of a key of this mapping.
  func value(of key: String) -> YAMLNode? {
    guard case .mapping(let pairs) = content else { return nil }
    return pairs.first { $0.key == key }?.value
  }

  /// A single value as it is quoted in messages: as written.
  var shown: String { Message.quoted(scalar?.written ?? "") }

  /// What the node is, for messages.
  var noun: String {
    switch content {
    case .scalar: isBlank ? "nothing" : "a single value"
    case .sequence: "a list"
    case .mapping: "a mapping"
    case .refused: "something refused"
    }
  }
}
