import Foundation

/// Has cases of every target tried in processes of their own, and tells which of them ended one.
public struct Driver {
  public struct Options: Sendable {
    /// The program that runs a batch when it is called with `batch`.
    public var executable: String
    /// For corpus, inputs and findings.
    public var folder: String
    public var targets = Targets.names
    public var seed: UInt64
    /// Cases of each target; nil: until the time is up.
    public var cases: Int?
    public var time = Duration.seconds(3600)

    public init(executable: String, folder: String, seed: UInt64) {
      self.executable = executable
      self.folder = folder
      self.seed = seed
    }
  }

  /// A case that ended a process, or said what must not be said.
  public struct Finding: Sendable {
    public var target: String
    public var seed: UInt64
    public var what: String
    /// Where its input lies.
    public var folder: String
  }

  private let options: Options
  private let say: @Sendable (String) -> Void

  /// So many cases share a process.
  private static let batchSize = 500

  public init(_ options: Options, say: @escaping @Sendable (String) -> Void) {
    self.options = options
    self.say = say
  }

  /// - Returns: what was found; nothing more is tried of a target behind its first finding.
  public func run() async throws -> [Finding] {
    let end = ContinuousClock.now + options.time
    let corpus = "\(options.folder)/corpus"
    _ = try await Corpus.make(in: corpus)
    var findings: [Finding] = []
    var done = 0
    var targets = options.targets
    while !targets.isEmpty, options.cases.map({ done < $0 }) ?? (ContinuousClock.now < end) {
      let count = min(Self.batchSize, (options.cases ?? .max) - done)
      for target in targets {
        let batch = BatchProcess(options, target: target, seed: options.seed &+ UInt64(done), count: count)
        guard let finding = try batch.run(corpus: corpus) else { continue }
        findings.append(finding)
        targets.removeAll { $0 == target }
        say("\(target): \(finding.what)\n  input: \(finding.folder)\n  again: \(again(finding))")
      }
      done += count
      say("\(done) cases of each target, seed \(options.seed)")
    }
    return findings
  }

  private func again(_ finding: Finding) -> String {
    "FUZZ_FOLDER=\(options.folder) SEED=\(finding.seed) TARGET=\(finding.target) CASES=1 make fuzz"
  }
}
