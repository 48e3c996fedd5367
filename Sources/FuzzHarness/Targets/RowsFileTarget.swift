import Archive
import Foundation
import PipelineSpec
import Records
import SampleData

/// Stage files of rows, through validate and the assembly of slices.
struct RowsFileTarget: Target {
  static let name = "rows"
  private let run: StageRun
  private let sample: String
  private let input: StageFileInput

  init(_ corpus: Corpus, folder: String) throws {
    run = StageRun(pipeline: try corpus.pipeline(), folder: folder)
    sample = "\(corpus.runFolder)/\(RunLayout.stage(.rows, of: "events"))"
    input = StageFileInput(path: "\(folder)/input.zst")
  }

  func attempt(_ random: inout SplitMix64) async throws {
    try write(&random)
    try input.change(&random)
    try await run.perform(from: .validate, input.path, setsAside: random.oneIn(2))
  }

  /// Writes the sample again with numbers and bytes of its batches changed.
  private func write(_ random: inout SplitMix64) throws {
    let reader = try RowsFileReader(.path(sample))
    var head = reader.head
    if random.oneIn(8) { head.makeExtreme(&random) }
    let writer = try RowsFileWriter(head, to: input.output())
    while var batch = try reader.next() {
      if random.oneIn(3) { batch.change(&random) }
      try writer.append(random.oneIn(16) ? batch.moved(to: random.extreme()) : batch)
      if random.oneIn(16) { try writer.append(RowBatch.filtered(random.extreme(), in: batch.slice)) }
    }
    var foot = reader.foot ?? StageFoot(found: 0, bytes: 0)
    if random.oneIn(6) { foot.makeExtreme(&random) }
    try writer.finish(foot)
  }
}

extension RowBatch {
  fileprivate mutating func change(_ random: inout SplitMix64) {
    let number = random.extreme()
    let record = random.below(records.count)
    switch random.below(records.isEmpty ? 5 : 10) {
    case 0:
      filtered = number
      read = records.count &+ rejections.count &+ number
    case 1: changed = number
    case 2: warningCount = number
    case 3: readTo = Int64(number)
    case 4: if let rejection = rejections.indices.first { rejections[rejection].makeExtreme(&random) }
    case 5: records[record].ordinal = Int64(number)
    case 6: records[record].fileOrdinal = Int64(number)
    case 7: records[record].offset = Int64(number)
    case 8: records[record].length = number
    default: own.bytes.mutableBytes[random.below(own.bytes.count)] = UInt8(random.below(256))
    }
  }

  /// The same records in another slice.
  fileprivate func moved(to slice: Int) -> RowBatch {
    var batch = RowBatch(tables: tables, slice: slice, closesSlice: closesSlice, source: nil)
    batch.records = records
    batch.rejections = rejections
    (batch.read, batch.filtered, batch.readTo) = (read, filtered, readTo)
    return batch
  }

  /// A batch of records of which none is left.
  fileprivate static func filtered(_ count: Int, in slice: Int) -> RowBatch {
    var batch = RowBatch(slice: slice, closesSlice: false, source: nil, capacity: 0)
    (batch.read, batch.filtered) = (count, count)
    return batch
  }
}

extension Rejection {
  fileprivate mutating func makeExtreme(_ random: inout SplitMix64) {
    let number = random.extreme()
    raw = nil
    switch random.below(4) {
    case 0: position.ordinal = Int64(number)
    case 1: position.offset = Int64(number)
    case 2: position.length = number
    default: line = Int64(number)
    }
  }
}
