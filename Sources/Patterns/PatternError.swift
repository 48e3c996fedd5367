internal import CPattern

/// Why a text is no pattern.
public struct PatternError: Error, Sendable, Hashable {
  /// What is wrong, to follow the name of what holds the pattern: "has a lookahead, which is not supported".
  public var message: String
  /// The piece of the pattern that is at fault; empty where none is.
  public var part: String
  /// What to write instead.
  public var remedy: String?

  init(_ fault: sluice_pattern_fault) {
    part = withUnsafeBytes(of: fault.part) { Self.text($0) }
    switch fault.kind {
    case SLUICE_PATTERN_REPETITION:
      message = "has a repetition whose count is not supported"
      remedy = "count to 1000 at most, nested repetitions multiplied, or use a `length` rule"
    case SLUICE_PATTERN_TOO_LARGE:
      message = "is too large when it is compiled"
      remedy = "repeat large classes such as `\\p{L}` less often, or use a `length` rule"
    case SLUICE_PATTERN_NO_MEMORY: message = "cannot be compiled: there is not enough memory"
    default:
      let reason = withUnsafeBytes(of: fault.reason) { Self.text($0) }
      (message, remedy) = Self.unsupported(part) ?? ("is no regular expression: \(reason)", nil)
    }
  }

  /// What backtracking engines have, and RE2 does not or spells otherwise.
  private static func unsupported(_ part: String) -> (message: String, remedy: String?)? {
    let whole = "say what the whole value looks like, or write several rules"
    switch part {
    case "(?=", "(?!": return ("has a lookahead, which is not supported", whole)
    case "(?<=", "(?<!": return ("has a lookbehind, which is not supported", whole)
    case "(?<":
      return ("has a lookbehind or a named group", "write a name as `(?P<name>…)`; for a lookbehind, \(whole)")
    case "(?>": return ("has an atomic group, which is not supported", "write `(?:…)`: nothing backtracks here")
    case let part where part.hasPrefix("\\") && part.dropFirst().first.map("123456789kg".contains) == true:
      return ("has a backreference, which is not supported", "write the repeated part twice")
    case let part where part.hasSuffix("+") && "*+?}".contains(part.dropLast().last ?? " "):
      return ("has a possessive quantifier, which is not supported", "leave its `+` out: nothing backtracks here")
    default: return nil
    }
  }

  private static func text(_ bytes: UnsafeRawBufferPointer) -> String {
    String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
  }
}
