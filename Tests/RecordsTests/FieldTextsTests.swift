import Records
import Testing

@Suite struct FieldTextsTests {
  @Test("A token points into the text it names")
  func texts() {
    let (chunk, constants, rewritten) = ([UInt8]("abcdef".utf8), [UInt8]("123456".utf8), [UInt8]("uvwxyz".utf8))
    chunk.withUnsafeBytes { chunk in
      constants.withUnsafeBytes { constants in
        rewritten.withUnsafeBytes { rewritten in
          let texts = FieldTexts(chunk: chunk, constants: constants, rewritten: rewritten)
          func read(_ text: Token.Text) -> String {
            String(decoding: texts.bytes(of: Token(kind: .string, start: 1, end: 4, text: text)), as: UTF8.self)
          }
          #expect([read(.chunk), read(.constants), read(.rewritten)] == ["bcd", "234", "vwx"])
          #expect(texts.bytes(of: .missing).isEmpty)
        }
      }
    }
  }

  @Test("A token that leaves its text is caught", arguments: [(0, 7), (5, 4)])
  func bounds(start: UInt32, end: UInt32) async {
    await #expect(processExitsWith: .failure) { [start, end] in
      [UInt8](repeating: 0, count: 6).withUnsafeBytes { text in
        let texts = FieldTexts(chunk: text, constants: text, rewritten: text)
        _ = texts.bytes(of: Token(kind: .string, start: start, end: end))
      }
    }
  }
}
