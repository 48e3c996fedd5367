import JSONStream
import Scalars
import Testing

@Suite("Records of a document")
struct RecordStreamTests {
  @Test("the elements of an array are its records, byte for byte, in every size of piece")
  func array() {
    let text = #" [ {"a": 1} , [2,3],"x,]}" ,-0.5e1 , null,{"b":{"c":[]}}] "#
    for piece in 1...130 {
      let reading = Reading(text, RecordLayout(form: .array), piece: piece)
      #expect(reading.failure == nil)
      #expect(reading.texts == [#"{"a": 1}"#, "[2,3]", #""x,]}""#, "-0.5e1", "null", #"{"b":{"c":[]}}"#])
    }
  }

  @Test("an array under a pointer is found by structure, and what lies around it is checked")
  func pointer() {
    let text = #"{"meta":{"features":[9,{"features":[8]}]},"a":{"fe\u0061tures":[1,2],"z":[]},"tail":[{"q":"]"}]}"#
    for piece in [1, 5, 64, 1000] {
      let reading = Reading(text, RecordLayout(form: .array, path: ["a", "features"]), piece: piece)
      #expect(reading.failure == nil)
      #expect(reading.texts == ["1", "2"])
    }
    #expect(Reading(text, RecordLayout(form: .auto, path: ["meta", "features", "1", "features"])).texts == ["8"])
    let broken = text.replacing(#""q":"]""#, with: #""q":tru"#)
    #expect(Reading(broken, RecordLayout(form: .array, path: ["a", "features"])).fault == .invalidLiteral)
  }

  @Test("a wrong pointer lists the arrays that are there, with their sizes")
  func wrongPointer() {
    let text = #"{"meta":{"tags":["x"]},"data":{"rows":[{"id":1,"t":[1]},{"id":2}]},"n":[]}"#
    for piece in [1, 64, 1000] {
      let reading = Reading(text, RecordLayout(form: .array, path: ["rows"]), piece: piece)
      let keys = PointerEnd.nothing(
        pointer: "/rows", reached: "", what: "an object of 3 keys", keys: ["meta", "data", "n"])
      #expect(
        reading.fault
          == .noArray(
            keys,
            found: [
              FoundArray(path: "/meta/tags", elements: 1, bytes: 5),
              FoundArray(path: "/data/rows", elements: 2, bytes: 27),
              FoundArray(path: "/n", elements: 0, bytes: 2),
            ]))
      #expect(reading.records.isEmpty)
      #expect(reading.location?.offset == 0)
    }
    #expect(Reading(#"{"a":[1],"a":[2]}"#, RecordLayout(form: .array, path: ["a"])).fault == .ambiguous)
  }

  @Test(
    "a pointer that leads to no array says what is there, or how far it leads",
    arguments: [
      (["a"], "/a is an object of 2 keys, not an array"), (["s"], "/s is a string, not an array"),
      (["z"], "/z is null, not an array"), (["n"], "/n is a number, not an array"),
      (["t"], "/t is a boolean, not an array"), ([], "the document is an object of 6 keys, not an array"),
      (["a", "d"], "there is no /a/d; /a is an object of 2 keys: b, c~/d"),
      (["a", "c~/d", "e", "f"], "there is no /a/c~0~1d/e/f; /a/c~0~1d/e is a number"),
      (["l", "7", "x"], "there is no /l/7/x; /l is an array of 1 element"),
    ])
  func pointerEnd(_ path: [String], _ message: String) {
    let text = #"{"a":{"b":1,"c~/d":{"e":5}},"s":"[","z":null,"n":1,"t":true,"l":[{}]}"#
    for piece in [1, 64] {
      let reading = Reading(text, RecordLayout(form: .array, path: path), piece: piece)
      #expect(
        reading.fault?.description.hasPrefix(message) == true, "\(String(describing: reading.fault?.description))")
    }
  }

  @Test("of many keys a dozen is shown")
  func manyKeysShown() {
    let text = "{" + (0..<304).map { "\"k\($0)\":0" }.joined(separator: ",") + "}"
    let fault = Reading(text, RecordLayout(form: .array, path: ["x"])).fault
    #expect(
      fault?.description
        == "there is no /x; the document is an object of 304 keys: k0, k1, k2, k3, k4, k5, k6, k7, k8, k9, k10, k11, …")
  }

  @Test("values one after another are records; blank lines, CRLF and pretty-printed values are fine")
  func values() {
    let text = "\u{FEFF}{\"a\":1}\r\n\r\n \n{\n \"b\": 2\n}\n\"s\"\n3"
    for piece in 1...100 {
      let reading = Reading(text, RecordLayout(form: .auto), piece: piece)
      #expect(reading.failure == nil, "\(piece)")
      #expect(reading.texts == [#"{"a":1}"#, "{\n \"b\": 2\n}", #""s""#, "3"], "\(piece)")
    }
    for piece in 1...70 {
      #expect(Reading("{} \n {} {}", RecordLayout(form: .auto), piece: piece).fault == .sameLine)
      #expect(Reading("1\n]", RecordLayout(form: .auto), piece: piece).fault == .expected("a value"))
    }
  }

  @Test("auto takes an array for an array and anything else for lines")
  func auto() {
    #expect(Reading("[1,2]", RecordLayout(form: .auto)).texts == ["1", "2"])
    #expect(Reading("{\"a\":[1]}\n{}", RecordLayout(form: .auto)).texts == [#"{"a":[1]}"#, "{}"])
    #expect(
      Reading(#"{"a":[1]}"#, RecordLayout(form: .array)).fault
        == .noArray(
          .value(pointer: "", what: "an object of 1 key"), found: [FoundArray(path: "/a", elements: 1, bytes: 3)]))
  }

  @Test("one object, and nothing else, is a document of form object")
  func object() {
    #expect(Reading(" {\"a\":1}\n", RecordLayout(form: .object)).texts == [#"{"a":1}"#])
    #expect(Reading("{}\n{}", RecordLayout(form: .object)).fault == .trailing)
    #expect(Reading("[]", RecordLayout(form: .object)).fault == .expected("an object"))
  }

  @Test("an array of scalars refuses an object")
  func scalars() {
    #expect(Reading(#"["a",1,null]"#, RecordLayout(form: .scalars)).texts == [#""a""#, "1", "null"])
    let reading = Reading(#"["a",{}]"#, RecordLayout(form: .scalars))
    #expect(reading.fault == .notScalar)
    #expect(reading.location == .init(offset: 5, line: 1, column: 6))
  }

  @Test("[] is no record and no error; nothing at all is an error")
  func empty() {
    let reading = Reading("[]", RecordLayout(form: .auto))
    #expect(reading.records.isEmpty && reading.failure == nil)
    #expect(reading.closed == [0: 1])
    for text in ["", "  \n\t", "\u{FEFF}"] {
      #expect(Reading(text, RecordLayout(form: .auto)).fault == .empty)
    }
  }

  @Test("faults are placed by offset, line and column, however the text is cut")
  func places() {
    let text = "[\n  {\"a\": 1},\n  {\"b\": 2 \"c\"}\n]"
    for piece in 1...80 {
      let reading = Reading(text, RecordLayout(form: .array), piece: piece)
      #expect(reading.fault == .expected("\",\" or \"}\""))
      #expect(reading.location == .init(offset: 24, line: 3, column: 11), "\(piece)")
      #expect(reading.texts == [#"{"a": 1}"#])
    }
  }

  @Test("a document cut at any byte is never complete")
  func truncation() {
    let text = Array(#"{"m":[1,"\u00e9"],"data":[{"id":1,"t":"ä\n"},{"id":-2.5e3,"x":[true,null]}],"z":{}}"#.utf8)
    for cut in 0..<text.count {
      for piece in [3, 64, 200] {
        let reading = Reading(Array(text[..<cut]), RecordLayout(form: .array, path: ["data"]), piece: piece)
        #expect(reading.failure != nil, "cut at \(cut)")
      }
    }
    let whole = Reading(text, RecordLayout(form: .array, path: ["data"]))
    #expect(whole.failure == nil && whole.records.count == 2)
  }

  @Test("each record lies in the slice of its first byte, and every slice is closed once, also the empty ones")
  func slices() {
    let records = (0..<50).map { i in "{\"i\":\(i),\"t\":\"" + String(repeating: "x", count: i * 7 % 90) + "\"}" }
    let text = Array(("[" + records.joined(separator: ",\n") + "]" + String(repeating: " ", count: 500)).utf8)
    for piece in [1, 33, 64, 500, 10_000] {
      let reading = Reading(text, RecordLayout(form: .array), piece: piece, sliceBytes: 60)
      #expect(reading.failure == nil && reading.texts == records)
      var start = 1
      for (i, record) in records.enumerated() {
        #expect(reading.slices[i] == start / 60)
        start += record.utf8.count + 2
      }
      #expect(reading.closed == Dictionary(uniqueKeysWithValues: (0..<(text.count + 59) / 60).map { ($0, 1) }))
    }
  }

  @Test("a record over the limit is refused with its place")
  func tooLarge() {
    let text = "[1," + "\"" + String(repeating: "x", count: 5000) + "\"]"
    let reading = Reading(Array(text.utf8), RecordLayout(form: .array), recordBytes: 1000)
    guard case .tooLarge(let location)? = reading.failure else {
      Issue.record("\(String(describing: reading.failure))")
      return
    }
    #expect(location.offset == 3)
    #expect(Reading(Array(text.utf8), RecordLayout(form: .array), recordBytes: 6000).records.count == 2)
  }

  @Test("deeper than the limit is refused, at the limit is not, outside and inside records")
  func depth() {
    func nested(_ depth: Int) -> String {
      String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
    }
    let layout = RecordLayout(form: .array, path: ["a"], depthLimit: 10)
    #expect(Reading("{\"a\":[\(nested(10))]}", layout).failure == nil)
    #expect(Reading("{\"a\":[\(nested(11))]}", layout).fault == .tooDeep(limit: 10))
    #expect(Reading("{\"b\":\(nested(9)),\"a\":[]}", layout).failure == nil)
    #expect(Reading("{\"b\":\(nested(10)),\"a\":[]}", layout).fault == .tooDeep(limit: 10))
    let million = String(repeating: "[", count: 1_000_000)
    #expect(Reading(Array(million.utf8), RecordLayout(form: .document), piece: 1 << 16).fault == .tooDeep(limit: 1024))
  }

  @Test("NUL escapes, lone surrogates and repeated keys are noticed; their look-alikes are not")
  func findings() {
    func findings(_ record: String) -> ValueFindings { Reading(record, RecordLayout(form: .document)).findings[0] }
    #expect(findings(#"{"a":"\u0000"}"#) == .nul)
    #expect(findings(#"{"a\u0000":1}"#) == .nul)
    #expect(findings(#"{"a":"\\u0000"}"#) == [])
    #expect(findings(#"["\uD83D\uDE00"]"#) == [])
    #expect(findings(#"["\uD83D"]"#) == .surrogate)
    #expect(findings(#"["\uD83Dx\uDE00"]"#) == .surrogate)
    #expect(findings(#"["\uDE00\uD83D"]"#) == .surrogate)
    #expect(findings(#"{"a":1,"b":{"c":1,"d":2,"c":3}}"#) == .duplicateKey)
    #expect(findings(#"{"a":1,"\u0061":2}"#) == .duplicateKey)
    #expect(findings(#"{"a":{"b":1},"b":{"a":1,"c":2}}"#) == [])
    #expect(findings(#"{"abcdefghij":1,"abcdefghik":2}"#) == [])
  }

  @Test("repeated keys are found among many keys, whatever came before")
  func manyKeys() {
    for repeated in [false, true] {
      var members = (0..<1000).map { "\"key\($0)\":\($0)" }
      if repeated { members.append("\"key500\":0") }
      let record = "{" + members.joined(separator: ",") + "}"
      let reading = Reading("[\(record),\(record)]", RecordLayout(form: .array), piece: 1000)
      #expect(reading.findings == Array(repeating: repeated ? .duplicateKey : [], count: 2))
    }
  }

  @Test("random bytes and random damage never crash, and never give records past a fault")
  func fuzz() {
    var random = SplitMix(seed: 7)
    let valid = Array(
      #"{"m":{"k":[1,2]},"data":[{"id":1,"t":"ä\n\u00e9\uD83D\uDE00"},{"id":-2.5e3,"x":[true,false,null]},"s"],"z":{}}"#
        .utf8)
    let alphabet = Array("{}[]:,\"\\ u0eE+-.1ntf\n\u{e4}".utf8) + [0, 0x1F, 0x80, 0xC0, 0xFF]
    for round in 0..<4000 {
      var bytes = valid
      if round % 2 == 0 {
        bytes = (0..<Int.random(in: 0...200, using: &random)).map { _ in alphabet.randomElement(using: &random) ?? 0 }
      } else {
        for _ in 0...Int.random(in: 0...3, using: &random) {
          bytes[Int.random(in: 0..<bytes.count, using: &random)] = alphabet.randomElement(using: &random) ?? 0
        }
      }
      for layout in [
        RecordLayout(form: .auto), RecordLayout(form: .array, path: ["data"]), RecordLayout(form: .document),
        RecordLayout(form: .lines),
      ] {
        let whole = Reading(bytes, layout, piece: 4096)
        let pieces = Reading(bytes, layout, piece: Int.random(in: 1...90, using: &random))
        #expect((whole.failure == nil) == (pieces.failure == nil))
        #expect(whole.location == pieces.location)
        if whole.failure == nil { #expect(whole.records == pieces.records) }
      }
    }
  }
}

struct SplitMix: RandomNumberGenerator {
  private var state: UInt64
  init(seed: UInt64) { state = seed }
  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
