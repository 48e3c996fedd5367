import PipelineSpec
import Testing

@Suite struct `A JSON Pointer` {
  /// The examples of RFC 6901, section 5.
  static let examples: [(String, [String])] = [
    ("", []), ("/foo", ["foo"]), ("/foo/0", ["foo", "0"]), ("/", [""]), ("/a~1b", ["a/b"]), ("/c%d", ["c%d"]),
    ("/e^f", ["e^f"]), ("/g|h", ["g|h"]), ("/i\\j", ["i\\j"]), ("/k\"l", ["k\"l"]), ("/ ", [" "]), ("/m~0n", ["m~n"]),
    ("//", ["", ""]), ("/~01", ["~1"]), ("/\u{301}/a", ["\u{301}", "a"]),
  ]

  @Test("is taken apart, and put together again", arguments: examples)
  func tokens(_ text: String, _ tokens: [String]) throws {
    let pointer = try #require(JSONPointer(text))
    #expect(pointer.tokens == tokens)
    #expect(pointer.description == text)
  }

  @Test("is refused when it is none", arguments: ["a", "a/b", "/~", "/~2", "/a~", "#/a", " /a"])
  func refused(_ text: String) {
    #expect(JSONPointer(text) == nil)
  }
}
