/// Where something stands in the pipeline file, for messages. It does not count when rules are compared: all lines are equal.
public struct SourceLine: Sendable, Hashable {
  /// Counted from 1; 0 where it stands in no file.
  public var number: Int

  public init(_ number: Int) { self.number = number }

  public static func == (_: SourceLine, _: SourceLine) -> Bool { true }

  public func hash(into hasher: inout Hasher) {}
}

extension SourceLine: CustomStringConvertible {
  public var description: String { "\(number)" }
}
