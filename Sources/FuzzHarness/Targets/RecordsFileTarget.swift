import Archive
import Foundation
import PipelineSpec
import Records
import SampleData

/// Stage files of records, through transform and validate.
struct RecordsFileTarget: Target {
  static let name = "records"
  private let run: StageRun
  private let sample: String
  private let input: StageFileInput

  init(_ corpus: Corpus, folder: String) throws {
    run = StageRun(pipeline: try corpus.pipeline(), folder: folder)
    sample = "\(corpus.runFolder)/\(RunLayout.stage(.records, of: "events"))"
    input = StageFileInput(path: "\(folder)/input.zst")
  }

  func attempt(_ random: inout SplitMix64) async throws {
    try write(&random)
    try input.change(&random)
    try await run.perform(from: .transform, input.path, setsAside: random.oneIn(2))
  }

  /// Writes the sample again with one to three of its numbers made extreme.
  private func write(_ random: inout SplitMix64) throws {
    let reader = try RecordsFileReader(.path(sample))
    var head = reader.head
    if random.oneIn(8) { head.makeExtreme(&random) }
    let writer = try RecordsFileWriter(head, to: input.output())
    while var records = try reader.next() {
      if random.oneIn(3) { records.makeExtreme(&random) }
      try writer.append(records)
    }
    var foot = reader.foot ?? StageFoot(found: 0, bytes: 0)
    if random.oneIn(6) { foot.makeExtreme(&random) }
    try writer.finish(foot)
  }
}

extension SavedRecords {
  fileprivate mutating func makeExtreme(_ random: inout SplitMix64) {
    let number = random.extreme()
    let place = random.below(places.count)
    switch random.below(places.isEmpty ? 3 : 6) {
    case 0: slice = number
    case 1: readTo = Int64(number)
    case 2: closesSlice.toggle()
    case 3: places[place].ordinal = Int64(number)
    case 4: places[place].offset = Int64(number)
    default: places[place].line = Int64(number)
    }
  }
}
