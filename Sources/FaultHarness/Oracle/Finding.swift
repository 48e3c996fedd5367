/// Something that is not as it has to be after a try.
public struct Finding: Sendable, CustomStringConvertible {
  /// The question of the oracle, `O1` to `O10`.
  public var oracle: String
  public var text: String

  init(_ oracle: String, _ text: String) {
    self.oracle = oracle
    self.text = text
  }

  public var description: String { "\(oracle): \(text)" }
}
