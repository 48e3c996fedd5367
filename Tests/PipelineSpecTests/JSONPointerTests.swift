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

  @Test(
    "that finds nothing is likely a slip of the nearest one",
    arguments: [
      ("/nmae", "/name"), ("/Name", "/name"), ("/name/", "/name"), ("/user/name", "/name"), ("/user/nick", "/nick"),
      ("/adress/street", "/address/street"), ("/street", "/address/street"), ("/items/sku", "/items/0/sku"),
      ("/colour", nil), ("/adress/steet", nil), ("/address/x/street/y", nil), ("/id", nil),
    ])
  func nearest(_ text: String, _ meant: String?) throws {
    let known = try ["/nick", "/name", "/address", "/address/street", "/items", "/items/0/sku"].map {
      try #require(JSONPointer($0))
    }
    #expect(try #require(JSONPointer(text)).nearest(among: known)?.description == meant)
  }

  @Test("is refused when it is none", arguments: ["a", "a/b", "/~", "/~2", "/a~", "#/a", " /a"])
  func refused(_ text: String) {
    #expect(JSONPointer(text) == nil)
  }
}
