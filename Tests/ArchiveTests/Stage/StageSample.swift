import Records

@testable import Archive

/// A small file of rows.
enum StageSample {
  static let rows = "stages/things.rows.pgcopy.zst"

  static let head = StageHead(
    kind: .rows, stage: .validate, run: "20261123T051200Z-3fa9c1", pipeline: "test", dataset: "things",
    plan: "abc", source: .init(path: "/data/things.json", size: 5000, modifiedSeconds: 1, modifiedNanoseconds: 2),
    layout: TableLayout(
      schema: "public", table: "things",
      columns: [
        ColumnLayout(name: "id", scalar: .int4),
        ColumnLayout(
          name: "price", scalar: .numeric,
          limit: .decimal(precision: 10, scale: 2), typeName: "numeric(10,2)", isLenient: true, zone: 3600),
      ], key: [0]), instant: "2026-11-23T05:12:00.000000Z", sliceBytes: 2048)

  /// Four batches of two slices: rows with and without keys, records with two rows and with none, rejections, warnings,
  /// nothing at all.
  static var batches: [RowBatch] {
    var first = batch(slice: 0, ordinals: [0, 2, 3], readTo: 900)
    first.rejections = [
      Rejection(
        position: SourcePosition(ordinal: 1, offset: 101, length: 17), line: 3, pointer: "/a~1b", stage: .transform,
        code: "required", reason: "the value is null", isByPolicy: true, raw: Array("{\"a/b\": \"\u{1F600}\"}".utf8))
    ]
    first.read = 4
    first.changed = 7
    var second = batch(slice: 0, ordinals: [4], readTo: 2100, closes: true)
    second.own.rows[0].key = RowDigest(high: 3, low: .max)
    second.warnings = [
      Rejection(
        position: second.records[0], stage: .validate, code: "oneOf", reason: "is none of these", raw: nil)
    ]
    second.warningCount = 3
    second.filtered = 2
    second.read = 3
    let empty = batch(slice: 1, ordinals: [], readTo: 2100)
    let last = batch(slice: 1, ordinals: [8, 10, 11], readTo: 5000, closes: true)
    return [first, second, empty, last]
  }

  private static func batch(slice: Int, ordinals: [Int64], readTo: Int64, closes: Bool = false) -> RowBatch {
    var batch = RowBatch(slice: slice, closesSlice: closes, source: nil, capacity: 0)
    for ordinal in ordinals {
      for row in 0..<([10: 0, 11: 2][ordinal] ?? 1) {
        batch.own.bytes.append(bigEndian: Int16(2))
        batch.own.bytes.append(bigEndian: Int32(4))
        batch.own.bytes.append(bigEndian: Int32(truncatingIfNeeded: ordinal))
        batch.own.bytes.append(bigEndian: Int32(-1))
        batch.own.rows.append(
          Row(
            end: batch.own.bytes.count,
            digest: RowDigest(high: UInt64(ordinal) &* 0x9E37_79B9_7F4A_7C15, low: ~UInt64(row))))
      }
      batch.endRecord(
        at: SourcePosition(ordinal: ordinal, fileOrdinal: ordinal / 2, offset: 100 * ordinal, length: 17))
    }
    batch.read = ordinals.count
    batch.readTo = readTo
    return batch
  }

  static func write(_ batches: [RowBatch], in folder: RunFolder) throws {
    try write(batches, to: .file(rows, in: folder))
  }

  static func write(_ batches: [RowBatch], to output: consuming StageOutput) throws {
    let writer = try RowsFileWriter(head, to: output)
    for batch in batches { try writer.append(batch) }
    try writer.finish(StageFoot(found: 12, bytes: 5000, sourceSHA256: "ab"))
  }

  static func read(_ input: consuming StageInput) throws -> [String] {
    let reader = try RowsFileReader(input)
    var batches: [String] = []
    while let batch = try reader.next() { batches.append(text(batch)) }
    return batches
  }

  /// Everything of a batch.
  static func text(_ batch: RowBatch) -> String {
    "\(batch.slice) \(batch.closesSlice) \(batch.readTo) \(batch.read) \(batch.filtered) \(batch.changed) "
      + "\(batch.warningCount) \(batch.records.map { ($0.ordinal, $0.fileOrdinal, $0.offset, $0.length) }) \(batch.own.recordEnds) \(batch.own.rows) "
      + "\(batch.rejections) \(batch.warnings) \(Array(batch.own.bytes.bytes))"
  }
}
