import JSONStream
import Testing

@Suite("What is no JSON") struct ForeignTokenTests {
  @Test(
    "is named, with its place",
    arguments: [
      ("[NaN]", ForeignToken.nan, 1), ("{\"a\":-Infinity}", .infinity, 5), ("[1,Infinity]", .infinity, 3),
      ("[{\"id\":None}]", .pythonNull, 7), ("[True]", .pythonBoolean, 1), ("{\"a\":False}", .pythonBoolean, 5),
      ("{\"a\":undefined}", .undefined, 5), ("var data = [1];", .script, 0), ("[-inf]", .infinity, 1),
      ("{'a':1}", .singleQuote, 1), ("['a']", .singleQuote, 1),
      ("<html><body>502</body></html>", .markup, 0), ("[1, // x\n2]", .lineComment, 4),
      ("{ // x\n\"a\":1}", .lineComment, 2), ("/* x */ [1]", .blockComment, 0), ("[1 /* x */]", .blockComment, 3),
      ("# x\n{}", .hashComment, 0), (")]}',\n[1]", .antiScriptPrefix, 0), ("{}\n\u{FEFF}{}", .byteOrderMark, 3),
      ("\u{1E}{}\n\u{1E}{}", .recordSeparator, 0), ("{}\u{0}", .nulByte, 2), ("{id:1}", .bareKey, 1),
      ("{\"a\":1,b:2}", .bareKey, 7), ("[1,2,]", .extraComma, 5), ("{\"a\":1, }", .extraComma, 8),
      ("[1,,2]", .extraComma, 3), ("[,1]", .extraComma, 1), ("{\"id\":1},\n{\"id\":2}", .commaBetweenRecords, 8),
    ])
  func named(_ text: String, _ token: ForeignToken, _ place: Int) {
    for piece in [1, 7, 64] {
      let reading = Reading(text, RecordLayout(form: .auto), piece: piece)
      #expect(reading.fault == .foreign(token))
      #expect(reading.location?.offset == Int64(place))
    }
    #expect(JSONFault.Kind.foreign(token).remedy?.isEmpty == false)
  }

  @Test("is named in a line of NDJSON too")
  func lines() {
    #expect(Reading("{}\n{\"v\":NaN}\n", RecordLayout(form: .lines)).fault == .foreign(.nan))
    #expect(Reading("{},\n{}\n", RecordLayout(form: .lines)).fault == .foreign(.commaBetweenRecords))
    #expect(Reading("{}\n{id:1}", RecordLayout(form: .lines)).fault == .foreign(.bareKey))
  }

  @Test("is not mistaken for what only begins like it", arguments: ["[Nonesuch]", "[NaNa]", "[x]", "[tru]"])
  func others(_ text: String) {
    #expect(Reading(text, RecordLayout(form: .auto)).fault == .invalidLiteral)
  }
}
