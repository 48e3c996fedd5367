import Archive
import Foundation
import SampleData

/// Manifests: what lists, checks, restores and resumes backups.
struct ManifestTarget: Target {
  static let name = "manifest"
  private let runs: String
  private let sample: [UInt8]

  private static let words = ["{", "}", ",", "\"end\":true", "\"frame\":", "\"bytes\":", "\"lines\":", "null", "../"]

  init(_ corpus: Corpus, folder: String) throws {
    runs = "\(folder)/runs"
    try FileManager.default.copyItem(atPath: corpus.runs, toPath: runs)
    sample = try corpus.bytes("runs/\(Corpus.run)/\(RunLayout.manifest)")
  }

  func attempt(_ random: inout SplitMix64) throws {
    let changed =
      random.oneIn(3)
      ? ManifestChain.whole((0...random.below(3)).map { _ in random.extreme() })
      : random.mutated(sample, with: sample, words: Self.words)
    try write(random.oneIn(3) ? changed : ManifestChain.renewed(changed))
    _ = try Backup.list(in: runs)
    let folder = try RunFolder.open(Corpus.run, in: runs)
    _ = try Backup.verify(folder)
    if let archive = try? Manifest.read(in: folder).archives.first {
      try? FileManager.default.removeItem(atPath: "\(runs)/restored")
      _ = try Backup.restore(archive.name, of: folder, to: .file("\(runs)/restored"))
    }
    let writer = try ManifestWriter(resuming: folder)
    for archive in writer.manifest.archives {
      _ = try FrameWriter(resuming: folder, name: archive.name, frames: archive.frames)
    }
  }

  private func write(_ manifest: [UInt8]) throws {
    let file = "\(runs)/\(Corpus.run)/\(RunLayout.manifest)"
    try? FileManager.default.removeItem(atPath: RunLayout.partial(file))
    try Data(manifest).write(to: URL(filePath: file))
  }
}
