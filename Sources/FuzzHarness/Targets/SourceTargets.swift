import Archive
import Foundation
import PipelineSpec
import Records
import SampleData

/// Sources through extract, transform and validate.
private struct SourceInput {
  private let pipeline: Pipeline
  private let folder: String
  private let samples: [[UInt8]]
  private let words: [String]

  init(_ corpus: Corpus, folder: String, samples: [[UInt8]], words: [String]) throws {
    pipeline = try corpus.pipeline()
    self.folder = folder
    self.samples = samples
    self.words = words
  }

  func attempt(_ random: inout SplitMix64) async throws {
    let source = "\(folder)/source"
    let bytes = random.mutated(random.pick(samples) ?? [], with: random.pick(samples) ?? [], words: words)
    try Data(bytes).write(to: URL(filePath: source))
    var pipeline = pipeline
    pipeline.datasets[0].source.file = source
    pipeline.datasets[0].source.format = random.oneIn(6) ? random.pick(Source.Format.allCases) ?? .auto : .auto
    if random.oneIn(6), let events = JSONPointer("/data/events") { pipeline.datasets[0].source.at = events }
    try await StageRun(pipeline: pipeline, folder: folder).perform(from: .extract, nil, setsAside: random.oneIn(2))
  }
}

struct JSONTarget: Target {
  static let name = "json"
  private let input: SourceInput

  private static let words = [
    "{", "}", "[", "]", ",", ":", "\"", "\\", "\\u0000", "\\ud800", "\\udc00", "null", "true", "-", "1e999999999999",
    "1e-400", "[[[[[[[[", "]]]]]]]]", "{\"a\":", "\u{FEFF}", "\n", "\r\n", "\t", "\0", "NaN", "//", "/*", "'",
    #""2024-02-30T25:61:61Z""#, #""infinity""#, #""9999999999999-12-31""#, #"{"id":"a","id":"b"}"#,
  ]

  init(_ corpus: Corpus, folder: String) throws {
    let samples = try SampleEvents.Form.allCases.map { try corpus.bytes("\($0.rawValue).json") }
    input = try SourceInput(corpus, folder: folder, samples: samples, words: Self.words)
  }

  func attempt(_ random: inout SplitMix64) async throws { try await input.attempt(&random) }
}

struct GzipTarget: Target {
  static let name = "gzip"
  private let input: SourceInput

  init(_ corpus: Corpus, folder: String) throws {
    input = try SourceInput(
      corpus, folder: folder, samples: [corpus.bytes("array.json.gz")], words: ["\u{1F}\u{8B}\u{8}\0", "\0\0\0\0"])
  }

  func attempt(_ random: inout SplitMix64) async throws { try await input.attempt(&random) }
}

struct ZstdTarget: Target {
  static let name = "zstd"
  private let input: SourceInput

  init(_ corpus: Corpus, folder: String) throws {
    let samples = try [RunLayout.archive(of: "events"), RunLayout.stage(.records, of: "events")].map {
      try corpus.bytes("runs/\(Corpus.run)/\($0)")
    }
    input = try SourceInput(
      corpus, folder: folder, samples: samples, words: ["(\u{B5}/\u{FD}", "P*M\u{18}", "\0\0\0\0"])
  }

  func attempt(_ random: inout SplitMix64) async throws { try await input.attempt(&random) }
}
