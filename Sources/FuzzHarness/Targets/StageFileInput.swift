import Archive
import Foundation
import Records
import SampleData

/// The stage file that a case reads.
struct StageFileInput {
  let path: String

  private var url: URL { URL(filePath: path) }

  /// Writes the file again through the real writer, without a sync.
  func output() throws -> StageOutput {
    try Data().write(to: url)
    let file = try FileHandle(forWritingTo: url)
    return try .descriptor(file.fileDescriptor, name: path)
  }

  /// Changes bytes of the file in every other case, and seals it again in one of these.
  func change(_ random: inout SplitMix64) throws {
    guard random.oneIn(2) else { return }
    let bytes = [UInt8](try Data(contentsOf: url))
    let changed = random.mutated(bytes, with: bytes, words: ["\0\0\0\0", "Z*M\u{18}", "{}", "null"])
    try Data(random.oneIn(2) ? StageSeals.renewed(changed) : changed).write(to: url)
  }
}

extension StageHead {
  mutating func makeExtreme(_ random: inout SplitMix64) {
    let number = random.extreme()
    switch random.below(6) {
    case 0: sliceBytes = Int64(number)
    case 1: version = number
    case 2: source?.size = Int64(number)
    case 3: source?.modifiedSeconds = Int64(number)
    case 4: layout?.key = [number]
    default:
      guard let count = layout?.columns.count, count > 0 else { return }
      let limits: [ColumnLayout.Limit] = [
        .none, .characters(number), .fraction(number), .decimal(precision: number, scale: random.extreme()),
      ]
      layout?.columns[random.below(count)].limit = random.pick(limits) ?? .none
    }
  }
}

extension StageFoot {
  mutating func makeExtreme(_ random: inout SplitMix64) {
    if random.oneIn(2) { found = Int64(random.extreme()) } else { bytes = Int64(random.extreme()) }
  }
}
