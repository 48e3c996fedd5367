import Foundation
import Records
import Testing

@Suite("Text from outside")
struct VisibleTextTests {
  @Test(
    "is shown on one line, without what a terminal obeys or hides",
    arguments: [
      ("a\n\nb", "a\\n\\nb"), ("\r\n\t", "\\r\\n\\t"), ("\u{1B}[31m\u{7F}\u{9B}", "\\u{1b}[31m\\u{7f}\\u{9b}"),
      ("\u{202A}\u{202E}\u{2066}\u{2069}", "\\u{202a}\\u{202e}\\u{2066}\\u{2069}"),
      ("\u{200E}\u{200F}\u{61C}", "\\u{200e}\\u{200f}\\u{61c}"), ("\u{2028}\u{2029}", "\\u{2028}\\u{2029}"),
      ("\u{FEFF}a\u{200B}b", "\\u{feff}a\\u{200b}b"), ("\u{E0041}", "\\u{e0041}"), ("C:\\new é 表 😀", "C:\\new é 表 😀"),
    ])
  func lines(text: String, shown: String) { #expect(text.visible == shown) }

  @Test("keeps its value in JSON, and nothing of it is obeyed there either")
  func json() throws {
    let value = "\u{9B}\u{202E}\u{2028}\u{7F}\u{E0041}\u{FEFF}\n\u{1B}é😀"
    let text = String(decoding: try JSONEncoder().encode(["v": value]), as: UTF8.self).visibleJSON
    #expect(text.visible == text)
    #expect(text.contains("\\u009b\\u202e\\u2028\\u007f\\udb40\\udc41\\ufeff"), "\(text)")
    #expect(try JSONDecoder().decode([String: String].self, from: Data(text.utf8)) == ["v": value])
    #expect("{\n  \"a\": 1\n}".visibleJSON == "{\n  \"a\": 1\n}")
  }

  @Test(
    "that is not UTF-8 has its bytes shown",
    arguments: [
      (Array("t\u{E9}.json".utf8), "té.json"), ([0x74, 0xFF, 0x2E], "t\\xff."), ([0xC3], "\\xc3"), ([], ""),
      ([0xE2, 0x82, 0x41, 0x0A], "\\xe2\\x82A\\n"),
    ] as [([UInt8], String)])
  func bytes(bytes: [UInt8], shown: String) { #expect(String(visible: bytes) == shown) }
}
