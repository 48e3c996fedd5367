import JSONStream
import Scalars
import Testing

@Suite("Lines of NDJSON") struct LineTests {
  private static let aside: RecordLayout = {
    var layout = RecordLayout(form: .lines)
    layout.setsMalformedAside = true
    return layout
  }()

  /// What reading comes to, line by line and without a stream.
  private struct Model: Equatable {
    var records: [[UInt8]] = []
    var malformed: [Bool] = []
    var isCut = false

    init() {}

    init(_ bytes: [UInt8]) {
      let white: Set<UInt8> = [0x20, 0x09, 0x0D]
      let lines = bytes.split(separator: 0x0A, omittingEmptySubsequences: false)
      for (i, line) in lines.enumerated() {
        let record = Array(line.drop { white.contains($0) }.reversed().drop { white.contains($0) }.reversed())
        guard !record.isEmpty else { continue }
        let isMalformed = record.withUnsafeBytes { LineFault.find(in: $0, depthLimit: 1024) != nil }
        if isMalformed, i == lines.count - 1 {
          isCut = true
          continue
        }
        records.append(record)
        malformed.append(isMalformed)
      }
    }
  }

  private func read(_ bytes: [UInt8], piece: Int, sliceBytes: Int64 = 1 << 20) -> (model: Model, reading: Reading) {
    let reading = Reading(bytes, Self.aside, piece: piece, sliceBytes: sliceBytes)
    var model = Model()
    model.records = reading.records
    model.malformed = reading.findings.map { $0.contains(.malformed) }
    model.isCut = reading.failure != nil
    return (model, reading)
  }

  @Test("malformed ones are handed out byte for byte and flagged, and the next line is read as if nothing had been")
  func aside() {
    let text = """
      {"a":1}
      x
      {"a":5,"b":\r
        {"a":"open
      {"a":6,"b":"close"} \t
      {"a":7}{"a":8}
      {"a":9},
      {"v":NaN}

      ["]"
      {"z":"\u{e9}"}

      """
    let expected = [
      #"{"a":1}"#, "x", #"{"a":5,"b":"#, #"{"a":"open"#, #"{"a":6,"b":"close"}"#, #"{"a":7}{"a":8}"#, #"{"a":9},"#,
      #"{"v":NaN}"#, #"["]""#, "{\"z\":\"\u{e9}\"}",
    ]
    for piece in 1...150 {
      let (model, reading) = read(Array(text.utf8), piece: piece)
      #expect(reading.failure == nil && reading.texts == expected, "\(piece)")
      #expect(model.malformed == [false, true, true, true, false, true, true, true, true, false], "\(piece)")
    }
  }

  @Test("that are not UTF-8 or hold control characters are malformed, each by itself")
  func bytes() {
    let bytes: [UInt8] =
      Array("{\"a\":\"".utf8) + [0xFF] + Array("\"}\n".utf8) + Array("{\"a\":1}\n".utf8) + [0xC3, 0x0A]
      + Array("{\"a\":\"\u{1}\"}\n".utf8) + [0, 0, 0, 0x0A] + Array("{\"a\":2}\n".utf8)
    for piece in 1...70 {
      let (model, _) = read(bytes, piece: piece)
      #expect(model == Model(bytes), "\(piece)")
      #expect(model.malformed == [true, false, true, true, true, false])
    }
  }

  @Test("come out as the lines do one by one, for random damage, in every size of piece and slice")
  func fuzz() {
    var random = SplitMix(seed: 11)
    let alphabet = Array("{}[]:,\"\\ u0eE-.1ntf\n\n\n\u{e4}\"".utf8) + [0, 0x1F, 0x80, 0xC0, 0xFF, 0x0D]
    for round in 0..<3000 {
      var bytes: [UInt8] = []
      for _ in 0..<Int.random(in: 0...12, using: &random) {
        bytes += Array("{\"k\":\"\(String(repeating: "v", count: Int.random(in: 0...70, using: &random)))\"}\n".utf8)
      }
      if round % 3 == 0 {
        bytes = (0..<Int.random(in: 0...200, using: &random)).map { _ in alphabet.randomElement(using: &random) ?? 0 }
      } else if !bytes.isEmpty {
        for _ in 0...Int.random(in: 0...4, using: &random) {
          bytes[Int.random(in: 0..<bytes.count, using: &random)] = alphabet.randomElement(using: &random) ?? 0
        }
      }
      // What UTF-16 would be is refused as a whole.
      if bytes.prefix(4).contains(0) || bytes.starts(with: [0xFF]) { continue }
      let sliceBytes = Int64.random(in: 20...300, using: &random)
      let (model, reading) = read(bytes, piece: Int.random(in: 1...300, using: &random), sliceBytes: sliceBytes)
      let expected = Model(bytes)
      if model != expected { Issue.record("round \(round): \(bytes)") }
      guard reading.failure == nil else { continue }
      #expect(
        reading.closed.values.allSatisfy { $0 == 1 } && reading.closed.count == reading.closed.keys.max().map { $0 + 1 }
      )
      #expect(reading.slices == reading.slices.sorted())
    }
  }

  @Test("are malformed each, however many there are, without a look at all that follows for each of them")
  func many() {
    let bytes = Array(String(repeating: "{\"a\":\"\n", count: 200_000).utf8)
    let (model, _) = read(bytes, piece: 256 << 10)
    #expect(model.records.count == 200_000 && model.malformed.allSatisfy { $0 })
  }

  @Test("that end with the source and not with a line feed have to be whole: else the source is cut")
  func cut() {
    for (last, place) in [(#"{"b":"#, 12), (#"{"b":NaN}"#, 13), ("x", 8), (#"{"b":"o"#, 15)] {
      for piece in 1...40 {
        let reading = Reading(Array(("{\"a\":1}\n" + last).utf8), Self.aside, piece: piece)
        #expect(reading.texts == [#"{"a":1}"#])
        #expect(reading.fault == .truncated("the last line, which has no line feed"), "\(last)")
        #expect(reading.location?.line == 2)
        _ = place
      }
    }
    #expect(Reading("{\"a\":1}\n{\"b\":2}", Self.aside).texts.count == 2)
  }

  @Test("place what comes behind malformed ones by line")
  func places() {
    let bytes = Array("{\"a\":\"\nx\n\n\"\n{}\n{\"b\":".utf8)
    for piece in 1...40 {
      let reading = Reading(bytes, Self.aside, piece: piece)
      #expect(reading.location == .init(offset: 20, line: 6, column: 6), "\(piece)")
    }
  }

  @Test("hold a record each: a value over several lines is refused, and one that follows on the same line")
  func strict() {
    for piece in 1...40 {
      let several = Reading("{\"a\":1}\n{\n\"a\":2}\n", RecordLayout(form: .lines), piece: piece)
      #expect(several.fault == .unfinishedLine && several.texts.count == 1)
      #expect(several.location == .init(offset: 9, line: 2, column: 2))
      let two = Reading("{\"a\":1} {\"a\":2}\n", RecordLayout(form: .lines), piece: piece)
      #expect(two.fault == .sameLine && two.records.isEmpty)
    }
  }

  @Test("are no record where there is none, and that is no error")
  func empty() {
    for text in ["", "\n", " \r\n\n\t", "\u{FEFF}", "\u{FEFF}\n"] {
      for piece in [1, 64] {
        let reading = Reading(text, RecordLayout(form: .lines), piece: piece)
        #expect(reading.failure == nil && reading.records.isEmpty && reading.closed == [0: 1])
      }
    }
  }

  @Test("over the limit of a record are refused, also malformed ones")
  func tooLarge() {
    let bytes = Array(("{\"a\":1}\n" + String(repeating: "x", count: 5000) + "\n{}\n").utf8)
    for piece in [64, 10_000] {
      let reading = Reading(bytes, Self.aside, piece: piece, recordBytes: 1000)
      guard case .tooLarge(let location)? = reading.failure else {
        Issue.record("\(String(describing: reading.failure))")
        continue
      }
      #expect(location.offset == 8 && location.line == 2)
    }
  }
}
