import Records
import Testing

@testable import Transform

@Suite("Strings and documents become fields")
struct EncodeTextTests {
  private func text(_ json: String, _ layout: ColumnLayout = column(.text)) -> String? {
    encode(json, layout).value.map { String(decoding: $0, as: UTF8.self) }
  }

  @Test(
    "escapes are decoded",
    arguments: [
      (#""""#, ""), (#""plain""#, "plain"), (#""é €😀""#, "é €😀"),
      (#""a\"b\\c\/d\b\f\n\r\te""#, "a\"b\\c/d\u{8}\u{C}\n\r\te"),
      (#""\u0041\u00e9\u20AC\uD83D\uDE00!""#, "Aé€😀!"), (#""\\u0000""#, "\\u0000"), (#""x\u0001""#, "x\u{1}"),
    ])
  func escapes(json: String, expected: String) {
    #expect(text(json) == expected)
  }

  @Test(
    "what no text can hold is a problem",
    arguments: [
      (#""a\u0000""#, "nul.text"), (#""\uD83D""#, "surrogate.text"), (#""\uDE00\uD83D""#, "surrogate.text"),
      (#""\uD83Dx""#, "surrogate.text"), (#""\uD83D\u0041""#, "surrogate.text"), (#""\x""#, "type.text"),
      (#""\u00g0""#, "type.text"), (#""\u00""#, "type.text"), (#""\uD83D\n""#, "surrogate.text"),
    ])
  func badEscapes(json: String, code: String) {
    #expect(encode(json, column(.text)).problem?.code == code)
    #expect(encode(json, column(.inet)).problem?.code == code.replacing("text", with: "inet"))
  }

  @Test("text stays as it is, empty is not NULL, null is")
  func kept() {
    #expect(text("\"  007 \"") == "  007 ")
    #expect(encode("\"\"", column(.text)).field == [0, 0, 0, 0])
    #expect(encode("null", column(.text)).field == [255, 255, 255, 255])
    #expect(encode(.missing, FieldTexts.empty, column(.int4), ordinal: 0).field == [255, 255, 255, 255])
  }

  @Test("trim takes white space off after the escapes are decoded, uncounted")
  func trimmed() {
    let layout = column(.text, isTrimmed: true)
    #expect(text("\" \\t a b\\u000b\\n \"", layout) == "a b")
    #expect(text("\" a b \"", layout) == "a b")
    #expect(text("\"  \"", layout) == "")
    #expect(text("\"\\n\"", layout) == "")
    #expect(encode("\" x \"", layout).changed == 0)
  }

  @Test("a limit counts characters, not bytes")
  func characters() {
    let four = column(.text, limit: .characters(4))
    #expect(text("\"äöüß\"", four) == "äöüß")
    #expect(text("\"😀😀\\u00e4\\ud83d\\ude00\"", four) == "😀😀ä😀")
    #expect(encode("\"äöüßx\"", four).problem?.code == "length.text")
    #expect(encode("\"\\u00e4bcde\"", four).problem?.code == "length.text")
    #expect(text("\" abcd \"", column(.text, limit: .characters(4), isTrimmed: true)) == "abcd")
    #expect(encode("12345", column(.text, limit: .characters(4), isLenient: true)).problem?.code == "length.text")
  }

  @Test("other values become text as written, when lenient")
  func lenientText() {
    for json in ["1.50", "true", "{ \"a\" : [1] }", "[1, 2]"] {
      #expect(encode(json, column(.text)).problem?.isLenienceEnough == true)
      #expect(encode(json, column(.text)).problem?.code == "type.text")
      #expect(text(json, column(.text, isLenient: true)) == json)
      #expect(encode(json, column(.text, isLenient: true)).changed == 1)
    }
  }

  @Test("the record's place is a number")
  func ordinals() {
    let token = Token(kind: .ordinal)
    let texts = FieldTexts.empty
    #expect(encode(token, texts, column(.int4), ordinal: 0).integer(Int32.self) == 0)
    #expect(encode(token, texts, column(.int8), ordinal: .max).integer(Int64.self) == .max)
    #expect(encode(token, texts, column(.int2), ordinal: 32768).problem?.code == "range.int2")
    #expect(encode(token, texts, column(.jsonb), ordinal: 1203).value == [1] + Array("1203".utf8))
    #expect(encode(token, texts, column(.numeric), ordinal: 10000).value == [0, 1, 0, 1, 0, 0, 0, 0, 0, 1])
    #expect(encode(token, texts, column(.text), ordinal: 12).problem?.isLenienceEnough == true)
  }

  @Test(
    "bool takes true and false, and words when lenient",
    arguments: [
      ("\"TRUE\"", 1), ("\"t\"", 1), ("\"Yes\"", 1), ("\"y\"", 1), ("\"on\"", 1), ("\"1\"", 1), ("1", 1),
      ("\"False\"", 0),
      ("\"F\"", 0), ("\"no\"", 0), ("\"N\"", 0), ("\"oFF\"", 0), ("\"0\"", 0), ("0", 0),
    ] as [(String, UInt8)])
  func bools(json: String, value: UInt8) {
    #expect(encode("true", column(.bool)).value == [1])
    #expect(encode("false", column(.bool)).value == [0])
    #expect(encode(json, column(.bool)).problem?.code == "type.bool")
    #expect(encode(json, column(.bool)).problem?.isLenienceEnough == true)
    #expect(encode(json, column(.bool, isLenient: true)).value == [value])
    for json in ["2", "\"\"", "\"maybe\"", "[]", "\"tr\"", "\"yess\""] {
      #expect(encode(json, column(.bool, isLenient: true)).problem?.code == "type.bool")
    }
  }

  @Test("a uuid has 32 digits, hyphens at four places or none")
  func uuids() {
    let bytes: [UInt8] = [
      0x01, 0x23, 0x45, 0x67, 0x89, 0xAB, 0xCD, 0xEF, 0xFE, 0xDC, 0xBA, 0x98, 0x76, 0x54, 0x32, 0x10,
    ]
    let plain = "01234567-89ab-CDEF-fedc-ba9876543210"
    #expect(encode("\"\(plain)\"", column(.uuid)).value == bytes)
    #expect(encode("\"\(plain.filter { $0 != "-" })\"", column(.uuid)).value == bytes)
    for wrapped in ["{\(plain)}", "urn:uuid:\(plain)"] {
      #expect(encode("\"\(wrapped)\"", column(.uuid)).problem?.isLenienceEnough == true)
      #expect(encode("\"\(wrapped)\"", column(.uuid, isLenient: true)).value == bytes)
    }
    for i in plain.indices {
      for wrong in ["g", "/", ":", "@", "`", "ä"] {
        let changed = plain.replacingCharacters(at: i, with: wrong)
        #expect(encode("\"\(changed)\"", column(.uuid, isLenient: true)).problem?.code == "type.uuid")
      }
    }
    for wrong in ["", "0", plain + "0", "0123456789ab-CDEF-fedc-ba9876543210", "{}", "urn:uuid:", "{\(plain)"] {
      #expect(encode("\"\(wrong)\"", column(.uuid, isLenient: true)).problem?.code == "type.uuid")
    }
  }

  @Test(
    "bytea is \\x and hexadecimal digits, or what its encoding says",
    arguments: [
      (nil, #"\\x"#, []), (nil, #"\\xDEadbeef"#, [0xDE, 0xAD, 0xBE, 0xEF]), (.hex, "", []), (.hex, #"\\x00"#, [0]),
      (.hex, "DEadbeef", [0xDE, 0xAD, 0xBE, 0xEF]), (.base64, "", []), (.base64, "AA==", [0]),
      (.base64, "AAE=", [0, 1]),
      (.base64, "AAEC", [0, 1, 2]), (.base64, "+/+/", [0xFB, 0xFF, 0xBF]), (.base64, "-_-_", [0xFB, 0xFF, 0xBF]),
      (.base64, "/w==", [255]), (.base64, "deadbeef", [0x75, 0xE6, 0x9D, 0x6D, 0xE7, 0x9F]),
    ] as [(BinaryEncoding?, String, [UInt8])])
  func bytes(encoding: BinaryEncoding?, json: String, value: [UInt8]) {
    #expect(encode("\"\(json)\"", column(.bytea, encoding: encoding)).value == value)
    #expect(encode("\"\(json)\"", column(.bytea, isLenient: true, encoding: encoding)).changed == 0)
  }

  @Test("bytea without an encoding takes no digits whose meaning would be a guess, and names the encodings")
  func undeclaredBytes() {
    for json in ["", "deadbeef", "AA==", "DEADBEEF00", #"\\X00"#, "x00"] {
      let problem = encode("\"\(json)\"", column(.bytea, isLenient: true)).problem
      #expect(problem?.code == "type.bytea", "\(json)")
      let reason = problem?.reason(column: column(.bytea)) ?? ""
      #expect(reason.contains("encoding: hex") && reason.contains("encoding: base64"))
    }
  }

  @Test("bytea that would lose something is refused")
  func badBytes() {
    for (encoding, json) in [(nil, #"\\xA"#), (nil, #"\\xAG"#), (.hex, "A"), (.hex, "0x00")]
      as [(BinaryEncoding?, String)]
    {
      #expect(encode("\"\(json)\"", column(.bytea, encoding: encoding)).problem?.code == "type.bytea", "\(json)")
    }
    for json in [
      #"\\x00"#, "A", "A===", "AA=A", "AB==", "AAF=", "A A=", "+-AA", "====", "AA==AA==", "AAEC=",
    ] {
      #expect(
        encode("\"\(json)\"", column(.bytea, isLenient: true, encoding: .base64)).problem?.code == "type.bytea",
        "\(json)")
    }
    #expect(encode("\"AAE\"", column(.bytea, encoding: .base64)).problem?.isLenienceEnough == true)
    #expect(encode("\"AAE\"", column(.bytea, isLenient: true, encoding: .base64)).value == [0, 1])
    #expect(encode("\"/w\"", column(.bytea, isLenient: true, encoding: .base64)).value == [255])
  }

  @Test("documents keep their bytes, strings their quotes")
  func documents() {
    for json in ["{ \"a\": 1e3 }", "[]", "\"a\\u0041\"", "1.50", "true"] {
      #expect(encode(json, column(.json)).value == Array(json.utf8))
      #expect(encode(json, column(.jsonb)).value == [1] + Array(json.utf8))
    }
  }

  @Test("jsonb refuses numbers that PostgreSQL's numeric cannot hold, wherever they stand")
  func numbersInDocuments() {
    for number in ["1e131072", "1E+400000", "1e-16384", "0.4e00669999999999999999", "0e-16384", "0e1073741823"] {
      for json in [
        number, "[\(number)]", "{\"a\":[1,{\"b\" : \(number) }]}",
        "[\"\(String(repeating: "x", count: 40))\",\(number)]",
      ] {
        #expect(encode(json, column(.jsonb)).problem?.code == "range.jsonb")
        #expect(encode(json, column(.json)).value == Array(json.utf8))
      }
      #expect(encode("[\"\(number)\",\"\\\"\(number)\"]", column(.jsonb)).problem == nil, "not in a string")
    }
    for number in ["1e131071", "1e-16383", "0e1073741822", "1e308", "12345e10000"] {
      #expect(encode("[\(number)]", column(.jsonb)).problem == nil)
    }
    let digits = String(repeating: "7", count: 131_073)
    #expect(encode("[\(digits)]", column(.jsonb)).problem?.code == "range.jsonb")
    #expect(encode("[\(digits.dropLast())]", column(.jsonb)).problem == nil)
    #expect(encode("[0.\(digits.prefix(16384))]", column(.jsonb)).problem?.code == "range.jsonb")
    #expect(encode("[0.\(digits.prefix(15900))e-900]", column(.jsonb)).problem?.code == "range.jsonb")
    #expect(encode("[0.\(digits.prefix(16383))]", column(.jsonb)).problem == nil)
  }

  @Test("an array has one dimension with the lower bound 1")
  func arrays() {
    let layout = column(.int2, isArray: true)
    #expect(encode("[ ]", layout).value == [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 21])
    let header: [UInt8] = [0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 21, 0, 0, 0, 3, 0, 0, 0, 1]
    let elements: [UInt8] = [0, 0, 0, 2, 0, 7, 255, 255, 255, 255, 0, 0, 0, 2, 255, 255]
    #expect(encode("[7, null ,\"-1\"]", layout).value == header + elements)
    #expect(encode("null", layout).field == [255, 255, 255, 255])
    #expect(encode("7", layout).problem?.isLenienceEnough == true)
    let single = encode("7", column(.int2, isArray: true, isLenient: true))
    #expect(single.value?.suffix(6) == [0, 0, 0, 2, 0, 7])
    #expect(single.changed == 1)
  }

  @Test("an element that is refused says so")
  func badElements() {
    let problem = encode("[1,[2]]", column(.int4, isArray: true)).problem
    #expect(problem?.code == "type.int4")
    #expect(problem?.isElement == true)
    #expect(problem?.found == .array)
    #expect(encode("[1,2.5]", column(.int4, isArray: true)).problem?.code == "exact.int4")
    #expect(encode("[1,2.5,3.5]", column(.int4, isArray: true, isLenient: true)).changed == 1, "one value, one change")
  }

  @Test("elements of every kind are found")
  func elements() {
    let json = #"["a\"]", "", {"b":["]"]}, [1,[2]], 1.5e3, true,false ,null]"#
    let value = encode(json, column(.jsonb, isArray: true)).value.map {
      String(decoding: $0.dropFirst(20), as: UTF8.self)
    }
    let expected = [#""a\"]""#, "\"\"", #"{"b":["]"]}"#, "[1,[2]]", "1.5e3", "true", "false"]
    for element in expected { #expect(value?.contains("\u{1}\(element)") == true) }
    let texts = encode(#"["a\n", " b", "c"]"#, column(.text, isArray: true, isTrimmed: true)).value
    #expect(texts?.dropFirst(20) == [0, 0, 0, 1, 0x61, 0, 0, 0, 1, 0x62, 0, 0, 0, 1, 0x63])
  }
}

extension FieldTexts {
  static var empty: FieldTexts {
    let none = UnsafeRawBufferPointer(start: nil, count: 0)
    return FieldTexts(chunk: none, constants: none, rewritten: none)
  }
}

extension String {
  fileprivate func replacingCharacters(at place: Index, with text: String) -> String {
    String(self[..<place]) + text + String(self[index(after: place)...])
  }

  fileprivate func replacing(_ word: String, with other: String) -> String {
    split(separator: word, omittingEmptySubsequences: false).joined(separator: other)
  }
}
