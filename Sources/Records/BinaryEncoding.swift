/// How a JSON string writes bytes.
public enum BinaryEncoding: String, Sendable, Hashable, Codable, CaseIterable {
  /// Pairs of hexadecimal digits, with or without `\x` before them.
  case hex
  /// RFC 4648, padded, in the standard or the URL alphabet.
  case base64
}
