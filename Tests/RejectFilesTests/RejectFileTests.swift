import Foundation
import Records
import Reports
import Testing

@testable import RejectFiles

@Suite("A reject file") struct RejectFileTests {
  private let runs = "/tmp/sluice-rejects-\(UUID().uuidString.prefix(8))"
  private let folder: TemporaryFolder

  init() throws {
    folder = TemporaryFolder(runs)
    try FileManager.default.createDirectory(atPath: "\(runs)/one/rejects/resolved", withIntermediateDirectories: true)
  }

  private final class TemporaryFolder {
    let path: String
    init(_ path: String) { self.path = path }
    deinit { try? FileManager.default.removeItem(atPath: path) }
  }

  private func write(_ text: String, to name: String) throws {
    try Data(text.utf8).write(to: URL(filePath: "\(runs)/one/rejects/\(name)"))
  }

  private func line(_ ordinal: Int64, rule: String = "unique", raw: String? = "{}", line: Int64? = 1) -> String {
    let bytes = raw.map { Array($0.utf8) }
    let rejection = Rejection(
      position: SourcePosition(ordinal: ordinal, offset: ordinal * 10, length: bytes?.count ?? 7), line: line,
      pointer: "/a\"b", stage: .validate, code: rule, reason: "no", raw: bytes)
    return String(decoding: RejectLog.line(rejection), as: UTF8.self) + "\n"
  }

  private func onlyFile() throws -> RejectFile {
    let files = try RejectFile.all(ofRun: "one", in: runs)
    try #require(files.count == 1)
    return files[0]
  }

  private func read(_ file: RejectFile) throws -> (
    rejects: [Reports.Reject], resolved: [Int64: String], damaged: [String]
  ) {
    var result: (rejects: [Reports.Reject], resolved: [Int64: String], damaged: [String]) = ([], [:], [])
    let reader = try file.open()
    while let line = try reader.next() {
      switch line {
      case .reject(let reject, let run):
        result.rejects.append(reject)
        result.resolved[reject.ordinal] = run
      case .damaged(let error): result.damaged.append(error.place ?? "")
      }
    }
    return result
  }

  @Test("gives each record back byte for byte, however its text looks and however long it is")
  func roundTrip() throws {
    let texts = [
      #"{"a": "\u0000\"\\/"}"#, "{\r\n\t\"a\":\u{7F} 1}", "[\"e\u{301}é\u{2028}\u{202E}😀\u{FFFD}\"]", "{}",
      "\"" + String(repeating: "x\"\\é", count: 300_000) + "\"",
    ]
    let lines = texts.enumerated().map { line(Int64($0), raw: $1, line: $0 == 3 ? nil : 4) }
    try write(lines.joined(), to: "things.ndjson")
    let file = try onlyFile()
    #expect(file.dataset == "things" && !file.isUnfinished)
    let (rejects, _, damaged) = try read(file)
    #expect(damaged.isEmpty)
    #expect(rejects.map { Array(($0.raw ?? "").utf8) } == texts.map { Array($0.utf8) })
    #expect(rejects.map(\.ordinal) == [0, 1, 2, 3, 4] && rejects.map(\.offset) == [0, 10, 20, 30, 40])
    #expect(rejects.map(\.line) == [4, 4, 4, nil, 4])
    #expect(rejects.allSatisfy { $0.pointer == "/a\"b" && $0.stage == .validate && $0.reason == "no" })
  }

  @Test("gives a record back byte for byte that is not UTF-8, and is damaged where that is of another length")
  func notText() throws {
    let bytes: [UInt8] = [0x7B, 0xFF, 0x00, 0xC3, 0x0D, 0x7D]
    let rejection = Rejection(
      position: SourcePosition(ordinal: 2, offset: 20, length: bytes.count), stage: .extract, code: "malformed",
      reason: "no", raw: bytes)
    let text = String(decoding: RejectLog.line(rejection), as: UTF8.self) + "\n"
    try write(text + text.replacing("\"base64\":\"", with: "\"base64\":\"AAAA"), to: "things.ndjson")
    let (rejects, _, damaged) = try read(onlyFile())
    #expect(rejects.map(\.record) == [bytes] && rejects[0].raw == nil)
    #expect(damaged == ["rejects/things.ndjson, line 2"])
  }

  @Test("that is unfinished is read as far as it is written; a finished one that was cut is damaged")
  func torn() throws {
    let text = line(1) + line(2) + line(3).dropLast(5)
    try write(text, to: "things.ndjson.partial")
    let file = try onlyFile()
    #expect(file.isUnfinished)
    let unfinished = try read(file)
    #expect(unfinished.rejects.map(\.ordinal) == [1, 2] && unfinished.damaged.isEmpty)
    try write(text, to: "things.ndjson")
    let both = try read(onlyFile())
    #expect(both.rejects.map(\.ordinal) == [1, 2, 1, 2])
    #expect(both.damaged == ["rejects/things.ndjson, line 3"])
  }

  @Test("names each damaged line by its number, and gives the others")
  func damaged() throws {
    let wrong = [
      "\n", "{}\n", "[1]\n", line(-1), line(3).replacing("\"raw\":\"{}\"", with: "\"raw\":\"{ }\""),
      line(4).replacing("validate", with: "vaidate"), String(decoding: [0xFF, 0x0A], as: UTF8.self),
    ]
    try write(wrong.map { $0 + line(7) }.joined(), to: "things.ndjson")
    let (rejects, _, damaged) = try read(onlyFile())
    #expect(rejects.map(\.ordinal) == [Int64](repeating: 7, count: wrong.count))
    #expect(damaged == wrong.indices.map { "rejects/things.ndjson, line \(2 * $0 + 1)" })
    let summary = try onlyFile().summary()
    #expect(summary.count == wrong.count && summary.damaged.count == wrong.count)
    #expect(summary.damaged.allSatisfy { $0.exitStatus == .storage })
  }

  @Test("knows which records were loaded later, and by which run")
  func resolved() throws {
    try write((0..<6).map { line($0, rule: $0 < 4 ? "unique" : "23505") }.joined(), to: "things.ndjson")
    try write(
      #"{"ordinal":1,"run":"a"}"# + "\n" + #"{"ordinal":5,"run":"b"}"# + "\nwrong\n" + #"{"ordinal":2,"run":"#,
      to: "resolved/things.ndjson")
    let (_, resolved, damaged) = try read(onlyFile())
    #expect(resolved == [1: "a", 5: "b"])
    #expect(damaged == ["rejects/resolved/things.ndjson, line 3", "rejects/resolved/things.ndjson, line 4"])
    let summary = try onlyFile().summary()
    #expect(
      summary.groups == [
        .init(stage: .validate, rule: "unique", count: 4, resolved: 1),
        .init(stage: .validate, rule: "23505", count: 2, resolved: 1),
      ])
    #expect(summary.count == 6 && summary.resolved == 2)
  }

  @Test("of each dataset stands alone; a run without any has none, and a run that is not there is an error")
  func several() throws {
    #expect(try RejectFile.all(ofRun: "one", in: runs).isEmpty)
    for name in ["b-2.ndjson", "a_1.ndjson.partial", "resolved/a_1.ndjson", "notes.txt"] { try write("", to: name) }
    #expect(try RejectFile.all(ofRun: "one", in: runs).map(\.dataset) == ["a_1", "b-2"])
    #expect(throws: (any Error).self) { try RejectFile.all(ofRun: "two", in: runs) }
    #expect(throws: (any Error).self) { try RejectFile.all(ofRun: "../one", in: runs) }
  }

  @Test("is found whatever dots the dataset's name has, and so are the marks of what was resolved")
  func dots() throws {
    for name in ["a", "a.resolved", "a.ndjson", "a.resolved.resolved"] {
      try write(line(1) + line(2), to: "\(name).ndjson")
    }
    try write(#"{"ordinal":2,"run":"r"}"# + "\n", to: "resolved/a.ndjson")
    let files = try RejectFile.all(ofRun: "one", in: runs)
    #expect(files.map(\.dataset) == ["a", "a.ndjson", "a.resolved", "a.resolved.resolved"])
    #expect(try files.map { try read($0).resolved } == [[2: "r"], [:], [:], [:]])
  }

  @Test("of a run that kept its marks beside it has them still", arguments: ["", #"{"ordinal":2,"run":"r"}"# + "\n"])
  func formerMarks(_ marks: String) throws {
    try write(line(1) + line(2), to: "a.b.ndjson")
    try write(marks, to: "a.b.resolved.ndjson")
    try write(#"{"ordinal":1,"run":"s"}"# + "\n", to: "resolved/a.b.ndjson")
    let file = try onlyFile()
    #expect(file.dataset == "a.b")
    #expect(try read(file).resolved == (marks.isEmpty ? [1: "s"] : [1: "s", 2: "r"]))
  }

  @Test("A set of ordinals holds what was put in and nothing else", arguments: [UInt64(1), 2, 3])
  func ordinals(_ seed: UInt64) {
    var (state, set, model) = (seed, OrdinalSet(), Set<Int64>())
    func random(_ limit: Int64) -> Int64 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int64(state >> 33) % limit
    }
    for _ in 0..<3000 {
      let ordinal = random(2) == 0 ? random(200_000) : random(1 << 30) << 20
      set.insert(ordinal)
      model.insert(ordinal)
    }
    for ordinal in 0..<200_000 where set.contains(Int64(ordinal)) != model.contains(Int64(ordinal)) {
      Issue.record("\(ordinal) of seed \(seed)")
    }
    #expect(model.allSatisfy { set.contains($0) })
    set.insert(.max)
    #expect(set.contains(.max) && !set.contains(.max - 1) && !set.contains(-1))
  }
}
