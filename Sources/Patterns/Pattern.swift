internal import CPattern

/// A regular expression in RE2's syntax, held against whole values in time that grows with their bytes and with nothing
/// else: it never backtracks, and allocates nothing for a value.
///
/// `@unchecked Sendable`: nothing of it changes once it is compiled, and RE2 lets any number of threads match at once.
public final class Pattern: @unchecked Sendable {
  public enum Verdict: Sendable {
    case matches, differs
    /// The value has more bytes than `longestValue`.
    case tooLong
  }

  private let compiled: OpaquePointer
  /// Steps that a byte of a value may take, of about a nanosecond each; nearly always it takes one.
  public let stepsPerByte: Int

  /// Bytes of the program and of the states that are kept while matching.
  private static let memory: Int64 = 8 << 20
  /// Steps that one value may take: seconds.
  private static let stepLimit = 1 << 31

  /// Bytes of a value that this pattern is held against.
  public var longestValue: Int { Self.stepLimit / stepsPerByte }

  /// Compiles `text`. A pattern has to match a value as a whole; `.` is every character but a line feed, `\d`, `\w` and
  /// `\s` are ASCII.
  public init(_ text: String) throws(PatternError) {
    var text = text
    var fault = sluice_pattern_fault()
    let compiled = text.withUTF8 { bytes in
      bytes.withMemoryRebound(to: CChar.self) {
        sluice_pattern_compile($0.baseAddress, $0.count, Self.memory, &fault)
      }
    }
    guard let compiled else { throw PatternError(fault) }
    self.compiled = compiled
    stepsPerByte = max(1, Int(sluice_pattern_size(compiled)))
  }

  deinit { sluice_pattern_free(compiled) }

  /// Whether all of `value`, which is UTF-8, matches.
  public func match(_ value: UnsafeRawBufferPointer) -> Verdict {
    guard value.count <= longestValue else { return .tooLong }
    switch sluice_pattern_matches(compiled, value.baseAddress, value.count) {
    case 1: return .matches
    case 0: return .differs
    default: return .tooLong
    }
  }
}
