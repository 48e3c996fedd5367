/// SplitMix64: the same numbers for the same seed on every machine.
struct SeededGenerator: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}

/// Ways to make bytes that are hard on a scanner.
enum RandomText: CaseIterable {
  /// Any byte at all: quickly not UTF-8.
  case anything
  /// Only bytes that mean something, backslashes and quotes above all.
  case syntax
  /// What JSON looks like, with escapes and characters of each length in its strings.
  case document
  /// The same with one byte changed.
  case damaged

  func bytes(_ count: Int, _ random: inout SeededGenerator) -> [UInt8] {
    switch self {
    case .anything: return (0..<count).map { _ in .random(in: 0...255, using: &random) }
    case .syntax:
      let alphabet = Array(#"""""\\\\\{}[]:, 1ax"#.utf8) + Array("\t\n\u{1}".utf8)
      return (0..<count).map { _ in Self.pick(alphabet, &random) }
    case .document: return Self.document(count, &random)
    case .damaged:
      var bytes = Self.document(count, &random)
      bytes[Int.random(in: 0..<count, using: &random)] = .random(in: 0...255, using: &random)
      return bytes
    }
  }

  private static func document(_ count: Int, _ random: inout SeededGenerator) -> [UInt8] {
    let pieces = [
      #"{"key":"#, #""plain text","#, #""\"\\\\\"","#, #""\\","#, #""é","#, #""日本","#, #""😀\n😀","#, "-12.5e3,", "true,",
      "null]",
      "[", "}", " ", "\n", "\r\n\t", #""", "#,
      #""a rather long string that goes over the border of a block, surely it does","#,
    ]
    var bytes: [UInt8] = []
    while bytes.count < count {
      let piece = Array(pick(pieces, &random).utf8)
      bytes += piece.count > count - bytes.count ? Array(repeating: 0x20, count: count - bytes.count) : piece
    }
    return bytes
  }

  private static func pick<T>(_ list: [T], _ random: inout SeededGenerator) -> T {
    list[Int.random(in: 0..<list.count, using: &random)]
  }
}
