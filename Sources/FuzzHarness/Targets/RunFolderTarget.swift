import Archive
import Engine
import Foundation
import PipelineSpec
import RejectFiles
import Reports
import SampleData

/// `run.json`, `report.json`, reject files and `SHA256SUMS`: what status, resume, replay and the check of a backup read.
struct RunFolderTarget: Target {
  static let name = "run"
  private let runs: String
  /// Their bytes as the program wrote them, by name.
  private let samples: [(name: String, bytes: [UInt8])]

  private static let words = [
    "{", "}", "[", "]", ",", ":", "\"", "null", "true", "\"replays\":{\"run\":\"x\",\"kept\":", "\"from\":\"load\",",
    "../",
    "\n", "\\ud800",
  ]

  init(_ corpus: Corpus, folder: String) throws {
    runs = "\(folder)/runs"
    try FileManager.default.copyItem(atPath: corpus.runs, toPath: runs)
    let pipeline = "\(folder)/unreachable.yaml"
    try Data(Self.unreachable.utf8).write(to: URL(filePath: pipeline))
    samples = try [RunLayout.plan, RunLayout.report, RunLayout.rejects(of: "events"), RunLayout.checksums].map { name in
      let bytes = try corpus.bytes("runs/\(Corpus.run)/\(name)")
      guard name == RunLayout.plan else { return (name, bytes) }
      let text = String(decoding: bytes, as: UTF8.self)
      return (
        name, Array(text.replacing(/"file" : "[^"]*"/, with: "\"file\" : \"\(pipeline)\"", maxReplacements: 1).utf8)
      )
    }
  }

  /// The pipeline of a run, with a database that answers nobody.
  private static let unreachable = """
    pipeline: events
    target: { database: "host=/nonexistent dbname=none connect_timeout=1" }
    datasets:
      - { dataset: events, from: { file: x.json }, into: { table: events, mode: replace }, columns: [{ column: id, type: text, at: /id }] }
    """

  func attempt(_ random: inout SplitMix64) async throws {
    guard let sample = random.pick(samples) else { return }
    let changed =
      random.oneIn(2)
      ? random.planted(sample.bytes) : random.mutated(sample.bytes, with: sample.bytes, words: Self.words)
    for sample in samples { try write(sample.bytes, to: sample.name) }
    try write(changed, to: sample.name)
    // A report is only read where the sums agree.
    if sample.name != RunLayout.checksums, random.oneIn(2) { try renewSums() }
    // Without its report a run is asked for in the ledger, and gone on with.
    if sample.name == RunLayout.plan, random.oneIn(2) {
      try FileManager.default.removeItem(atPath: "\(runs)/\(Corpus.run)/\(RunLayout.report)")
    }
    try await read()
  }

  private func write(_ bytes: [UInt8], to name: String) throws {
    try Data(bytes).write(to: URL(filePath: "\(runs)/\(Corpus.run)/\(name)"))
  }

  private func renewSums() throws {
    let folder = try RunFolder.open(Corpus.run, in: runs)
    try folder.remove(RunLayout.checksums)
    try Checksums.write(in: folder)
  }

  /// Every reader, also behind one that refuses.
  private func read() async throws {
    var failures: [any Error] = []
    do { _ = try RunStatus.all(in: runs, environment: [:]) } catch { failures.append(error) }
    do {
      if case .finished(let report) = try Run.resuming(Corpus.run, in: runs, { _ in }) {
        _ = try report.json
      }
    } catch { failures.append(error) }
    do {
      for file in try RejectFile.all(ofRun: Corpus.run, in: runs) { _ = try file.summary() }
    } catch { failures.append(error) }
    do { _ = try Checksums.verify(in: RunFolder.open(Corpus.run, in: runs)) } catch { failures.append(error) }
    let replay = await Replay(Corpus.run, in: runs) { $0.retryFor = .zero }.execute()
    if replay.error?.code == "run.failure" { throw Violation(description: replay.error?.message ?? "") }
    if let foreign = failures.first(where: { !Targets.isOurs($0) }) { throw foreign }
  }
}
