import Foundation
import PipelineSpec
import SampleData

/// Pipeline files.
struct PipelineTarget: Target {
  static let name = "yaml"
  private let sample: [UInt8]
  private let folder: String

  private static let words = [
    "{", "}", "[", "]", ",", ": ", "- ", "? ", "\n", "\n  ", "'", "\"", "${A}", "${", "$$", "&a ", "*a", "!!x ", "|",
    ">",
    "#", "<<: ", "%", "---\n", "...\n", "\t", "~", "..", "null", "max: ", "min: ", "length: ", "numeric(1000,-1000)",
    "zone: +99:99", "level: ", "{ rule: length, of: id, max: 9223372036854775807 }",
  ]

  init(_ corpus: Corpus, folder: String) throws {
    sample = try corpus.bytes("pipeline.yaml")
    self.folder = folder
  }

  func attempt(_ random: inout SplitMix64) throws {
    let text = random.mutated(sample, with: sample, words: Self.words)
    try Data(text).write(to: URL(filePath: "\(folder)/pipeline.yaml"))
    _ = try Pipeline.parse(text: text, file: "\(folder)/pipeline.yaml", environment: ["A": "a: [b"])
  }
}
