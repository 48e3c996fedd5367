/// What a mistyped name most likely means.
public enum Suggestion {
  /// `; did you mean …?`, or nothing.
  public static func hint(for text: String, among known: some Sequence<String>) -> String {
    nearest(text, among: known, within: likely(text)).map { "; did you mean `\($0)`?" } ?? ""
  }

  /// The most letters of a name that may be wrong.
  private static func likely(_ text: String) -> Int { max(1, (text.unicodeScalars.count + 1) / 3) }

  /// How many letters of a name are wrong if `other` is meant; nil for more than are likely.
  static func distance(from text: String, to other: String) -> Int? {
    guard text.utf8.count <= 64, other.utf8.count <= 64 else { return nil }
    let distance = distance(Array(text.lowercased().unicodeScalars), Array(other.lowercased().unicodeScalars))
    return distance <= likely(text) ? distance : nil
  }

  /// The known name with the least distance to `text`, if that is at most `limit`. Case does not count.
  static func nearest(_ text: String, among known: some Sequence<String>, within limit: Int) -> String? {
    guard text.utf8.count <= 64 else { return nil }
    let letters = Array(text.lowercased().unicodeScalars)
    var best: (name: String, distance: Int)?
    for name in known {
      let candidate = Array(name.lowercased().unicodeScalars)
      guard abs(candidate.count - letters.count) <= limit else { continue }
      let distance = distance(letters, candidate)
      if distance <= limit, distance < best?.distance ?? .max { best = (name, distance) }
    }
    return best?.name
  }

  /// Letters inserted, left out, changed, or swapped with their neighbour.
  private static func distance(_ left: [Unicode.Scalar], _ right: [Unicode.Scalar]) -> Int {
    var beforeLast: [Int] = []
    var last = Array(0...right.count)
    for (i, a) in left.enumerated() {
      var row = [i + 1]
      for (j, b) in right.enumerated() {
        var cost = min(last[j] + (a == b ? 0 : 1), last[j + 1] + 1, row[j] + 1)
        if i > 0, j > 0, a == right[j - 1], left[i - 1] == b { cost = min(cost, beforeLast[j - 1] + 1) }
        row.append(cost)
      }
      (beforeLast, last) = (last, row)
    }
    return last[right.count]
  }
}
