import Archive
import Extract
import Foundation
import PipelineSpec
import Records
import TestSupport
import Testing
import Transform

@Suite("A file of records") struct RecordsFileTests {
  struct Form: Sendable, CustomTestStringConvertible {
    var from: String
    var text: String
    var testDescription: String { from }

    init(_ from: String, _ text: String) {
      self.from = from
      self.text = text
    }
  }

  private static let pretty = """
    {
      "id": 1,\r
      "name": "a\\nb",

      "tags": [
        1, 2
      ]
    }
    """

  static let forms = [
    Form("format: array", "[" + (0..<90).map { #"{"id": \#($0), "name": "é\#($0)"}"# }.joined(separator: ",\n ") + "]"),
    Form("format: ndjson", (0..<90).map { #"{"id": \#($0)}"# }.joined(separator: "\r\n\n") + "\n"),
    Form("format: object", "\n \(pretty)\n\n"),
    Form("format: strings", #"["a", "b\u0062", "", 1.50, null, true]"#),
    Form("format: auto", "\u{FEFF}[\(pretty),\n\n\n\(pretty)  ,\(pretty)]\r\n\n"),
    Form("format: auto, at: /data", #"{"a": [9], "data": [\#(pretty), {"id": 2}], "after": [{}]}"#),
    Form("format: array", " [ ]\n"),
    Form(
      "format: array",
      "["
        + (0..<5).map { #"{"id": \#($0), "\u0000": "\uD800", "id": 1e99999}"# }.joined(
          separator: "," + String(repeating: "\n  ", count: 70_000)) + "]"),
    Form(
      "format: array",
      "["
        + (0..<6).map { #"{"id": \#($0), "name": "\#(String(repeating: "x", count: 1000 * $0))"}"# }.joined(
          separator: ",\n") + "]"),
  ]

  private static let columns = [
    "place int8, at: $ordinal", "id int8", "name text", "whole json, at: \"\"", "parsed jsonb, at: \"\"",
  ]

  private func bench(_ form: Form) throws -> (StageBench, Dataset) {
    let bench = try StageBench(Array(form.text.utf8))
    return (
      bench, try bench.dataset(yaml(Self.columns, from: "{ file: things.json, \(form.from) }", into: created))
    )
  }

  @Test("gives every record back byte for byte, with its place, line, slice and findings", arguments: forms)
  func roundTrip(_ form: Form) throws {
    let (bench, dataset) = try bench(form)
    let direct = try bench.direct(dataset)
    try bench.write(direct)
    let restored = try bench.restored()
    #expect(SeenRecord.all(restored) == SeenRecord.all(direct))
    #expect(SeenSlice.all(restored) == SeenSlice.all(direct))
    #expect(restored.last?.closesSlice == true)
  }

  @Test("makes the same rows and refuses the same records", arguments: forms)
  func rows(_ form: Form) throws {
    let (bench, dataset) = try bench(form)
    let direct = try bench.direct(dataset)
    try bench.write(direct)
    #expect(try SeenRows(bench.restored(), dataset) == SeenRows(direct, dataset))
  }

  @Test("is one record a line for every other program", arguments: forms)
  func lines(_ form: Form) throws {
    let (bench, dataset) = try bench(form)
    let direct = try bench.direct(dataset)
    try bench.write(direct)
    let printed = try Program("zstd", ["-dc", bench.folder.path + "/" + StageBench.records]).wait()
    #expect(printed.status == 0)
    let lines = printed.output.split(separator: "\n")
    let records = SeenRecord.all(direct)
    #expect(lines.count == records.count)
    for (line, record) in zip(lines, records) {
      let oneLine = record.bytes.map { $0 == 0x0A || $0 == 0x0D ? 0x20 : $0 }
      #expect(Array(line.utf8) == oneLine)
    }
    // jq reads them, one value a line; lone surrogates are beyond it.
    let path = bench.path + "/lines"
    try Data(printed.output.replacing("1e99999", with: "1e9").replacing(#"\uD800"#, with: "?").utf8).write(
      to: URL(filePath: path))
    let parsed = try Program("jq", ["-c", ".", path]).wait()
    #expect(parsed.status == 0)
    #expect(parsed.output.split(separator: "\n").count == records.count)
  }

  @Test("may leave records out: each stands at its own place")
  func singleRecords() throws {
    let (bench, dataset) = try bench(Self.forms[0])
    let direct = try bench.direct(dataset)
    let all = SeenRecord.all(direct)
    let kept = direct.map { batch in
      var batch = batch
      // An ordinal that jumps begins a batch of its own.
      batch.records = batch.records.isEmpty ? [] : [batch.records[0]]
      return batch
    }
    try bench.write(kept)
    let restored = SeenRecord.all(try bench.restored())
    #expect(restored == SeenRecord.all(kept))
    #expect(restored.count < all.count)
  }

  @Test("takes single records with their own places, and gives them back there")
  func savedRecords() throws {
    let bench = try StageBench([])
    let saved = SavedRecords(
      bytes: Array("{\"a\":\n1}[]\"x\"".utf8),
      places: [
        .init(ordinal: 7, offset: 100, line: 9, end: 8), .init(ordinal: 9, offset: 300, line: 40, end: 10),
        .init(ordinal: 1000, offset: 1 << 40, line: 1 << 33, end: 13),
      ], slice: 3, closesSlice: true, readTo: 1 << 41)
    let writer = try RecordsFileWriter(StageBench.head(.records), to: .file(StageBench.records, in: bench.folder))
    try writer.append(saved)
    try writer.finish(StageFoot(found: 3, bytes: 1 << 41))
    let reader = try RecordsFileReader(.file(StageBench.records, in: bench.folder))
    let read = try #require(try reader.next())
    #expect(read.places == saved.places && read.bytes == saved.bytes)
    #expect(try reader.next() == nil)
    let restored = try bench.restored()
    #expect(SeenRecord.all(restored).map(\.ordinal) == [7, 9, 1000])
    #expect(SeenRecord.all(restored).map(\.offset) == [100, 300, 1 << 40])
    #expect(SeenRecord.all(restored).map(\.line) == [9, 40, 1 << 33])
    #expect(restored.map(\.closesSlice) == [false, false, true])
    #expect(restored.allSatisfy { $0.slice == 3 && $0.readTo == 1 << 41 })
  }

  @Test("is refused whichever byte of it was changed, and wherever it was cut")
  func damage() throws {
    let (bench, dataset) = try bench(Self.forms[4])
    try bench.write(try bench.direct(dataset))
    let url = URL(filePath: bench.folder.path + "/" + StageBench.records)
    let whole = [UInt8](try Data(contentsOf: url))
    for place in whole.indices {
      var changed = whole
      changed[place] ^= UInt8(1 << (place % 8))
      try Data(changed).write(to: url)
      #expect(throws: StageFileError.self, "byte \(place)") { try bench.restored() }
      try Data(whole[..<place]).write(to: url)
      #expect(throws: StageFileError.self, "cut to \(place)") { try bench.restored() }
    }
    try Data(whole).write(to: url)
    #expect(try !bench.restored().isEmpty)
  }

  @Test("with forged places is an error, and never other data")
  func forgedPlaces() throws {
    let bytes = Array(#"{"a":1}{"b":2}"#.utf8)
    func restore(_ places: [SavedRecords.Place]) throws -> [RecordBatch] {
      var restorer = RecordRestorer(file: "forged", depthLimit: 8)
      return try restorer.restore(
        SavedRecords(bytes: bytes, places: places, slice: 0, closesSlice: true, readTo: 100))
    }
    typealias Place = SavedRecords.Place
    let good = [
      Place(ordinal: 3, offset: 10, line: 4, end: 7), Place(ordinal: 4, offset: 20, line: 5, end: 14),
    ]
    let records = SeenRecord.all(try restore(good))
    #expect(records.map(\.line) == [4, 5])
    #expect(records.map(\.ordinal) == [3, 4])
    let forgeries: [[Place]] = [
      [good[0], Place(ordinal: 4, offset: 16, line: 5, end: 14)],
      [good[0], Place(ordinal: 4, offset: 20, line: 8, end: 14)],
      [good[0], Place(ordinal: 4, offset: 20, line: 3, end: 14)],
      [Place(ordinal: 3, offset: 10, line: 4, end: 6), Place(ordinal: 4, offset: 20, line: 4, end: 14)],
      [Place(ordinal: 3, offset: 10, line: 4, end: 8), Place(ordinal: 4, offset: 20, line: 4, end: 14)],
      [Place(ordinal: 3, offset: 10, line: 4, end: 14)],
      [Place(ordinal: 3, offset: -1, line: 4, end: 7), good[1]],
      [Place(ordinal: 3, offset: 10, line: 0, end: 7), good[1]],
      [good[0], Place(ordinal: 4, offset: .min, line: 4, end: 14)],
      [Place(ordinal: 3, offset: .max, line: 4, end: 7), Place(ordinal: 4, offset: .max, line: 4, end: 14)],
      [Place(ordinal: 3, offset: 10, line: 4, end: 0), Place(ordinal: 4, offset: 20, line: 5, end: 14)],
    ]
    for (number, places) in forgeries.enumerated() {
      let error = #expect(throws: ExtractError.self, "\(number)") { try restore(places) }
      #expect(error?.code == "source.staged")
      #expect(error?.exitStatus == .storage)
    }
  }
}

/// What transform makes of batches.
struct SeenRows: Equatable {
  var rows: [[UInt8]] = []
  var positions: [SourcePosition] = []
  var rejections: [String] = []
  var counts: [Int] = [0, 0]

  init(_ batches: [RecordBatch], _ dataset: Dataset) throws {
    var transformer = Transformer(
      dataset: dataset, layout: .declared(dataset), now: "2026-11-23T05:12:00.000000Z", depthLimit: 1024)
    for batch in batches {
      let encoded = try transformer.transform(batch)
      let table = encoded.own
      for i in table.rows.indices { rows.append(Array(table.bytes.bytes[table.range(ofRow: i)])) }
      positions += encoded.records
      rejections += encoded.rejections.map { "\($0)" }
      counts[0] += encoded.read
      counts[1] += encoded.changed
    }
  }
}

extension TableLayout {
  /// The columns as the pipeline declares them.
  static func declared(_ dataset: Dataset) -> TableLayout {
    TableLayout(
      schema: dataset.destination.schema, table: dataset.destination.table,
      columns: dataset.columns.map { column in
        guard case .scalar(let scalar) = column.type else { return ColumnLayout(name: column.name, scalar: .text) }
        return ColumnLayout(name: column.name, scalar: scalar)
      })
  }
}
