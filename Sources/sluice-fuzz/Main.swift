import ArgumentParser
import Foundation
import FuzzHarness

/// A line on standard output, at once.
@Sendable private func say(_ line: String) {
  print(line)
  fflush(nil)
}

@main struct SluiceFuzz: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sluice-fuzz",
    abstract: "Read inputs that chance has damaged, and prove that none of them ends the process.",
    discussion: """
      Inputs begin as what the program itself wrote. The same seed gives the same inputs.

      EXIT STATUS
        0   every input led to a value or to an error of ours
        1   an input ended the process, made it hang or ask for gigabytes, or led to an error that is none of ours
        64  usage
      """,
    subcommands: [Drive.self, RunBatch.self], defaultSubcommand: Drive.self)

  struct Drive: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "drive", abstract: "Try every target.")

    @Option(help: "Where chance begins; printed, so that a case can be repeated.")
    var seed: UInt64?

    @Option(name: .customLong("target"), help: "Only this target; may be repeated.")
    var targets: [String] = []

    @Option(help: "Cases of each target; without it, until the time is up.")
    var cases: Int?

    @Option(help: "How long, where no number of cases is given.")
    var seconds = 3600

    @Option(help: "A folder for everything; removed unless something is found.")
    var folder: String?

    func validate() throws {
      if let cases, cases < 1 { throw ValidationError("--cases must be 1 or more") }
      guard (1...10_000_000).contains(seconds) else { throw ValidationError("--seconds must be 1 to 10000000") }
    }

    func run() async throws {
      let seed = self.seed ?? UInt64.random(in: 1...999_999_999)
      let folder = self.folder ?? "/tmp/sluice-fuzz-\(getpid())"
      var options = Driver.Options(executable: "/proc/self/exe", folder: folder, seed: seed)
      if let path = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe") {
        options.executable = path
      }
      if !targets.isEmpty { options.targets = targets }
      options.cases = cases
      options.time = .seconds(seconds)
      say("seed \(seed), targets \(options.targets.joined(separator: " "))")
      let findings = try await Driver(options, say: say).run()
      guard findings.isEmpty else { throw ExitCode.failure }
      try? FileManager.default.removeItem(atPath: folder)
    }
  }

  /// What the driver calls.
  struct RunBatch: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "batch", abstract: "Try cases of one target in this process.", shouldDisplay: false)

    @Argument var target: String
    @Argument var corpus: String
    @Argument var folder: String
    @Argument var seed: UInt64
    @Argument var count: Int

    func run() async throws {
      try await Batch.run(target, corpus: corpus, folder: folder, seed: seed, count: count)
    }
  }
}
