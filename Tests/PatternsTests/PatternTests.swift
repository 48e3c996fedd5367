import Patterns
import Testing

/// Whether all of `text` matches.
private func verdict(_ pattern: String, _ text: String) throws -> Pattern.Verdict {
  let pattern = try Pattern(pattern)
  return Array(text.utf8).withUnsafeBytes { pattern.match($0) }
}

@Suite("A pattern")
struct PatternTests {
  @Test(
    "matches a value as a whole",
    arguments: [
      ("[a-z]+", "abc", true), ("[a-z]+", "abc1", false), ("[a-z]+", "1abc", false), ("[a-z]+", "", false),
      ("a|ab", "ab", true), ("^x$", "x", true), ("^x$", "x\n", false), ("", "", true), ("", "a", false),
    ])
  func whole(pattern: String, text: String, matches: Bool) throws {
    #expect(try verdict(pattern, text) == (matches ? .matches : .differs))
  }

  @Test(
    "sees characters of Unicode, and the classes of \\d, \\w and \\s in ASCII",
    arguments: [
      (".", "é", true), (".", "e\u{301}", false), (".", "😀", true), (".", "\n", false), ("(?s).", "\n", true),
      (#"\p{L}+"#, "Åsa", true), (#"\p{Greek}"#, "λ", true), ("[à-ü]", "é", true), ("(?i)straße", "STRAßE", true),
      (#"\w"#, "é", false), (#"\d"#, "٣", false), (#"\s"#, "\u{a0}", false), (#"\x{e9}"#, "é", true),
      ("a.b", "a\0b", true),
    ])
  func characters(pattern: String, text: String, matches: Bool) throws {
    #expect(try verdict(pattern, text) == (matches ? .matches : .differs))
  }

  /// Whoever tries one way after the other needs 2^100,000 steps here.
  @Test("never tries one way after the other", arguments: ["(a+)+$", #"(\w+\s?)*"#, "(a|aa)+", "(a|a)*", "(.*a){12}"])
  func linear(pattern: String) throws {
    #expect(try verdict(pattern, String(repeating: "a", count: 100_000) + "!") == .differs)
  }

  @Test("is not held against a value that would take longer than seconds")
  func long() throws {
    let wide = try Pattern(#"\p{L}{100}"#)
    let narrow = try Pattern("a*")
    #expect(wide.longestValue < 100_000)
    #expect(narrow.longestValue > 100_000_000)
    let bytes = [UInt8](repeating: 0x61, count: wide.longestValue + 1)
    bytes.withUnsafeBytes { bytes in
      #expect(wide.match(UnsafeRawBufferPointer(rebasing: bytes.dropLast())) == .differs)
      #expect(wide.match(bytes) == .tooLong)
      #expect(narrow.match(bytes) == .matches)
    }
  }

  @Test(
    "that cannot be says which part, and what to write instead",
    arguments: [
      ("a(?=b)", "(?=", "has a lookahead, which is not supported"),
      ("(?!b)a", "(?!", "has a lookahead, which is not supported"),
      (#"(a)\1"#, #"\1"#, "has a backreference, which is not supported"),
      ("a++b", "++", "has a possessive quantifier, which is not supported"),
      ("a{2}+", "{2}+", "has a possessive quantifier, which is not supported"),
      ("(?>a)", "(?>", "has an atomic group, which is not supported"),
      ("a{1001}", "{1001}", "has a repetition whose count is not supported"),
      ("(a{1000}){1000}", "{1000}", "has a repetition whose count is not supported"),
      (#"\p{L}{1000}"#, "", "is too large when it is compiled"),
    ])
  func unsupported(pattern: String, part: String, message: String) {
    let error = #expect(throws: PatternError.self) { _ = try Pattern(pattern) }
    #expect(error?.message == message)
    #expect(error?.part == part)
    #expect(error?.remedy != nil)
  }

  /// Newer releases of RE2 take the one, and name the other in full.
  @Test("with a lookbehind or a name in angle brackets is refused, or is a name")
  func angles() throws {
    let error = #expect(throws: PatternError.self) { _ = try Pattern("(?<=a)b") }
    #expect(error?.message.hasPrefix("has a lookbehind") == true)
    if let named = try? Pattern("(?<name>a)") { #expect(named.stepsPerByte > 0) }
    #expect(try verdict("(?P<name>a)", "a") == .matches)
  }

  @Test(
    "that is broken says why, without the part in the sentence",
    arguments: [
      ("[a", "missing ]", "[a"), ("(a", "missing )", "(a"), (#"a\"#, #"trailing \"#, ""),
      (#"\h"#, "invalid escape sequence", #"\h"#), ("[z-a]", "invalid character class range", "z-a"),
    ])
  func broken(pattern: String, reason: String, part: String) {
    let error = #expect(throws: PatternError.self) { _ = try Pattern(pattern) }
    #expect(error?.message == "is no regular expression: \(reason)")
    #expect(error?.part == part)
  }
}
