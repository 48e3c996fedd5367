import SampleData

/// Numbers at which arithmetic breaks that trusts its input.
enum Extremes {
  static let integers: [Int] = [
    0, -1, 1, 1 << 31, (1 << 31) - 1, 1 << 53, (1 << 53) + 1, (1 << 62) - 1, .max, .min,
  ]
  static let texts =
    integers.map(String.init) + ["", "1e400", "-0", "1.5", "18446744073709551616", String(repeating: "9", count: 400)]
}

extension SplitMix64 {
  mutating func extreme() -> Int { pick(Extremes.integers) ?? 0 }

  /// A text with one of its numbers made extreme.
  mutating func planted(_ text: [UInt8]) -> [UInt8] {
    let numbers = Self.numbers(in: text)
    guard let range = pick(numbers), let number = pick(Extremes.texts) else { return text }
    return Array(text[..<range.lowerBound]) + Array(number.utf8) + Array(text[range.upperBound...])
  }

  /// Runs of digits, each with the sign before it.
  private static func numbers(in text: [UInt8]) -> [Range<Int>] {
    var numbers: [Range<Int>] = []
    var start: Int?
    for place in 0...text.count {
      let isDigit = place < text.count && (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(text[place])
      if isDigit, start == nil {
        start = place > 0 && text[place - 1] == UInt8(ascii: "-") ? place - 1 : place
      } else if !isDigit, let first = start {
        numbers.append(first..<place)
        start = nil
      }
    }
    return numbers
  }
}
