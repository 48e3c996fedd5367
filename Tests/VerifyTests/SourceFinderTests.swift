import Records
import TestSupport
import Testing
import Verify

@Suite("Values that the proof finds") struct SourceFinderTests {
  /// Where the record ends, 16 bytes may still be read, and not one more.
  private func find(_ finder: SourceFinder, _ record: [UInt8]) throws -> [String?]? {
    try GuardedBytes(record, padding: 16).with { bytes in
      var finder = finder
      let texts = FieldTexts(
        chunk: UnsafeRawBufferPointer(rebasing: bytes[..<record.count]), constants: finder.constants,
        rewritten: UnsafeRawBufferPointer(start: nil, count: 0))
      guard try finder.find(0..<record.count, of: .chunk, in: texts) else { return nil }
      return finder.tokens.map { token in
        let text = String(decoding: texts.bytes(of: token), as: UTF8.self)
        switch token.kind {
        case .missing: return nil
        case .ordinal: return "$ordinal"
        case .string: return "\"\(text)\""
        default: return text
        }
      }
    }
  }

  @Test("are those that a plain reading finds, whatever the order and spelling of keys")
  func found() throws {
    for seed in 0..<80 as Range<UInt64> {
      var random = RandomValues(seed: seed)
      let columns = (0..<random.int(1...12)).map { _ in
        SourceColumn(path: random.path(), fallback: random.chance(4) ? .json("[\"none\"]") : nil)
      }
      let finder = SourceFinder(columns)
      for i in 0..<40 {
        let record = random.tree(depth: 3)
        let expected = columns.map { column -> String? in
          record.value(at: (column.path ?? [])[...])?.text ?? (column.fallback == nil ? nil : "[\"none\"]")
        }
        #expect(try find(finder, Array(record.text.utf8)) == expected, "seed \(seed), record \(i)")
      }
    }
  }

  @Test("are constants, ordinals and fallbacks where the record has none, and null where it has that")
  func fallbacks() throws {
    let finder = SourceFinder([
      SourceColumn(path: nil, fallback: .ordinal), SourceColumn(path: nil, fallback: .text("a\"\n\u{1}é")),
      SourceColumn(path: ["a"], fallback: .json("[1]")), SourceColumn(path: ["b"], fallback: .json("0")),
      SourceColumn(path: ["c"]), SourceColumn(path: nil), SourceColumn(path: []),
    ])
    #expect(
      try find(finder, Array(#" {"b": null} "#.utf8))
        == ["$ordinal", #""a\"\n\u0001é""#, "[1]", "null", nil, nil, #"{"b": null}"#])
    #expect(try find(finder, Array("7".utf8)) == ["$ordinal", #""a\"\n\u0001é""#, "[1]", "0", nil, nil, "7"])
  }

  @Test("are none of a record that is no JSON value, and nothing is read beyond it, whatever the bytes")
  func hostile() throws {
    var random = RandomValues(seed: 7)
    let finder = SourceFinder(
      RandomValues.keys.map { SourceColumn(path: [$0, "a"]) } + [SourceColumn(path: ["0", "1"])])
    let alphabet = Array("\\\"\"{}[],,:: \tnu0a1tfn-e".utf8)
    for _ in 0..<4_000 {
      var record = Array(random.tree(depth: 3).text.utf8)
      for _ in 0..<random.int(1...4) where !record.isEmpty {
        let place = random.int(0...record.count - 1)
        switch random.int(1...3) {
        case 1: record[place] = alphabet[random.int(0...alphabet.count - 1)]
        case 2: record.removeLast(record.count - place)
        default: record.insert(alphabet[random.int(0...alphabet.count - 1)], at: place)
        }
      }
      _ = try find(finder, record)
    }
    for text in [
      "", " ", "{", "{\"a\"", "{\"a\":", "{\"a\":1", "{\"a\":1,}", "{\"a\" 1}", "{a:1}", "[1", "[1,", "[,]", "\"",
      "1 2", "x",
    ] {
      #expect(try find(finder, Array(text.utf8)) == nil)
    }
  }

  @Test("lie thousands of objects deep, and at the end of long paths")
  func depth() throws {
    let depth = 8_192
    let record = String(repeating: "{\"a\":", count: depth) + "1" + String(repeating: "}", count: depth)
    let finder = SourceFinder([
      SourceColumn(path: Array(repeating: "a", count: depth)),
      SourceColumn(path: Array(repeating: "a", count: depth + 1)),
      SourceColumn(path: ["b"]),
    ])
    #expect(try find(finder, Array(record.utf8)) == ["1", nil, nil])
  }

  @Test("of a large record are not looked for to the end when the task is cancelled")
  func cancelled() async {
    let task = Task {
      while !Task.isCancelled { await Task.yield() }
      let record = Array("[\"\(String(repeating: "x", count: 1 << 20))\", 1]\(String(repeating: " ", count: 16))".utf8)
      var finder = SourceFinder([SourceColumn(path: ["1"])])
      try record.withUnsafeBytes { bytes in
        let nothing = UnsafeRawBufferPointer(start: nil, count: 0)
        let texts = FieldTexts(
          chunk: UnsafeRawBufferPointer(rebasing: bytes.dropLast(16)), constants: nothing, rewritten: nothing)
        for _ in 0..<1_000 { _ = try finder.find(0..<texts.chunk.count, of: .chunk, in: texts) }
      }
    }
    task.cancel()
    await #expect(throws: CancellationError.self) { try await task.value }
  }
}
