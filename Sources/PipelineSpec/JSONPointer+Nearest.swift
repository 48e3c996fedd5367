extension JSONPointer {
  /// The pointer that this one is most likely a slip of: a step in another case or with a few letters wrong, or one step
  /// too many or too few.
  public func nearest(among known: some Sequence<JSONPointer>) -> JSONPointer? {
    var best: (pointer: JSONPointer, distance: Int)?
    for pointer in known {
      guard let distance = distance(to: pointer), distance < best?.distance ?? .max else { continue }
      best = (pointer, distance)
    }
    return best?.pointer
  }

  /// A step that is missing counts more than letters that are wrong, one too many still more.
  private static let missingStep = 100
  private static let extraStep = 101

  /// nil for what is not near.
  private func distance(to other: JSONPointer) -> Int? {
    if abs(tokens.count - other.tokens.count) == 1 {
      let (short, long) = tokens.count < other.tokens.count ? (tokens, other.tokens) : (other.tokens, tokens)
      let isNear = long.indices.contains { left in
        short.indices.allSatisfy { short[$0] == long[$0 < left ? $0 : $0 + 1] }
      }
      guard isNear else { return nil }
      return tokens.count < other.tokens.count ? Self.missingStep : Self.extraStep
    }
    guard tokens.count == other.tokens.count else { return nil }
    let different = tokens.indices.filter { tokens[$0] != other.tokens[$0] }
    let slips = different.filter { tokens[$0].lowercased() != other.tokens[$0].lowercased() }
    guard let slip = slips.first else { return different.count }
    guard slips.count == 1 else { return nil }
    return Suggestion.distance(from: tokens[slip], to: other.tokens[slip]).map { different.count + $0 }
  }
}
