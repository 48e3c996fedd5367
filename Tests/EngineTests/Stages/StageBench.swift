import Archive
import Extract
import Foundation
import PipelineSpec
import Records
import Scalars
import TestSupport
import Testing
import Transform

/// A source, read directly and through a stage file, without a database.
final class StageBench {
  let path: String
  let folder: RunFolder

  init(_ source: [UInt8]) throws {
    path = "/tmp/sluice-stage-\(UUID().uuidString.prefix(8))"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    try Data(source).write(to: URL(filePath: path + "/things.json"))
    folder = try RunFolder.create("one", in: path + "/runs")
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  func dataset(_ pipeline: String) throws -> Dataset {
    try Data(pipeline.utf8).write(to: URL(filePath: path + "/pipeline.yaml"))
    return try #require(try Pipeline.load(file: path + "/pipeline.yaml", environment: [:]).datasets.first)
  }

  static let records = "stages/things.records.ndjson.zst"
  static let rows = "stages/things.rows.pgcopy.zst"

  static func head(_ kind: StageHead.Kind, layout: TableLayout? = nil) -> StageHead {
    StageHead(
      kind: kind, stage: .extract, run: "one", pipeline: "test", dataset: "things", plan: "plan", source: nil,
      layout: layout, instant: "2026-11-23T05:12:00.000000Z", sliceBytes: 300)
  }

  static let limits = ExtractLimits(chunkBytes: 128, sliceBytes: 300)

  /// What extract makes of the source.
  func direct(_ dataset: Dataset, limits: ExtractLimits = limits) throws -> [RecordBatch] {
    let reader = RecordReader(try SourceInput(dataset.source), source: dataset.source, limits: limits)
    var batches: [RecordBatch] = []
    while let portion = try reader.next() { batches += portion.batches }
    return batches
  }

  func write(_ batches: [RecordBatch]) throws {
    let writer = try RecordsFileWriter(Self.head(.records), to: .file(Self.records, in: folder))
    for batch in batches { try writer.append(batch) }
    try writer.finish(StageFoot(found: 0, bytes: batches.last?.readTo ?? 0))
  }

  /// What comes back out of the records file.
  func restored() throws -> [RecordBatch] {
    let reader = try RecordsFileReader(.file(Self.records, in: folder))
    var restorer = RecordRestorer(file: reader.name, depthLimit: 1024)
    var batches: [RecordBatch] = []
    while let saved = try reader.next() { batches += try restorer.restore(saved) }
    return batches
  }
}

/// A record with everything that later stages look at.
struct SeenRecord: Equatable {
  var ordinal: Int64
  var offset: Int64
  var line: Int64?
  var flags: UInt8
  var slice: Int
  var bytes: [UInt8]

  static func all(_ batches: [RecordBatch]) -> [SeenRecord] {
    batches.flatMap { batch in
      var lines = LineCounter(batch.chunk)
      return batch.records.enumerated().map { i, record in
        let offset = batch.chunk.offset + Int64(record.start)
        return SeenRecord(
          ordinal: batch.firstOrdinal + Int64(i), offset: offset, line: lines.line(at: offset),
          flags: record.flags.rawValue, slice: batch.slice,
          bytes: Array(batch.chunk.bytes[Int(record.start)..<Int(record.end)]))
      }
    }
  }
}

/// Where slices end, and how far the source was read then.
struct SeenSlice: Equatable {
  var slice: Int
  var readTo: Int64

  static func all(_ batches: [RecordBatch]) -> [SeenSlice] {
    batches.filter(\.closesSlice).map { SeenSlice(slice: $0.slice, readTo: $0.readTo) }
  }
}
