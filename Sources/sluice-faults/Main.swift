import ArgumentParser
import FaultHarness
import Platform

@main struct SluiceFaults: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sluice-faults",
    abstract: "Provoke faults while sluice runs, resume, and prove that nothing was lost and nothing doubled.",
    discussion: """
      It makes a PostgreSQL server of its own and needs strace and, for a disk that is full or loses power, root.
      The same seed gives the same tries; when things happen within them is up to the machine.

      EXIT STATUS
        0   every case passed
        1   something was found, a case that was named was skipped, or nothing was tried
        64  usage
      """)

  @Option(help: "The program under test.")
  var sluice: String

  @Option(name: .customLong("case"), help: "Only this case, such as K5; may be repeated.")
  var cases: [String] = []

  @Flag(help: "Show the cases there are, and end.")
  var list = false

  @Option(help: "Where chance begins; printed, so that a try can be repeated.")
  var seed: UInt64?

  @Option(help: "SIGKILLs at random times.")
  var kills = 500

  @Option(help: "Points of SIGKILL by system call, over all kinds.")
  var points = 2000

  @Option(help: "COMMITs in doubt.")
  var doubts = 200

  @Option(help: "Servers and sessions killed.")
  var restarts = 50

  @Option(help: "Places of cuts, signals, full disks.")
  var places = 40

  @Option(help: "Every so many bytes of a backup are damaged.")
  var stride = 512

  @Option(help: "Records in a source.")
  var rows = 6000

  @Option(help: "A folder for everything; made and removed.")
  var folder: String?

  @Flag(help: "Do not remove the folder.")
  var keep = false

  @Option(help: "The file that gets the table of results.")
  var report: String?

  func run() throws {
    if list { return Case.all.forEach { print("\($0.id)\t\($0.fault): \($0.expected)") } }
    let chosen = try chosenCases()
    Interruption.heed()
    let seed = self.seed ?? UInt64.random(in: 1...999_999_999)
    say("seed \(seed)")
    var options = Harness.Options(subject: try absolute(sluice), folder: folder ?? "/tmp/sluice-faults-\(getpid())")
    options.seed = seed
    options.keeps = keep
    options.sizes = sizes
    let results = try Harness(options, say: say).perform(chosen) { !Interruption.hasCome }
    let table = ResultTable(facts: Machine.facts(seed: seed, subject: options.subject), results: results)
    if let report { try write(table.markdown, to: report) }
    say(verdict(results))
    if !isPassed(results) { throw ExitCode.failure }
  }

  private var sizes: Sizes {
    var sizes = Sizes()
    (sizes.kills, sizes.points, sizes.doubts, sizes.restarts) = (kills, points, doubts, restarts)
    (sizes.places, sizes.damageStride, sizes.rows) = (places, stride, rows)
    return sizes
  }

  private func chosenCases() throws -> [Case] {
    for id in cases where !Case.all.contains(where: { $0.id == id }) {
      throw ValidationError("there is no case \(id); --list shows them")
    }
    return cases.isEmpty ? Case.all : Case.all.filter { cases.contains($0.id) }
  }

  /// A case that was asked for by name is not to be skipped; of all of them, those may be that this machine cannot do.
  private func isPassed(_ results: [CaseResult]) -> Bool {
    let performed = results.filter { $0.skipped == nil }
    return !performed.isEmpty && performed.allSatisfy(\.hasPassed) && !Interruption.hasCome
      && (cases.isEmpty || performed.count == results.count)
  }

  private func verdict(_ results: [CaseResult]) -> String {
    let tries = results.reduce(0) { $0 + $1.tries }
    let failed = results.filter { $0.skipped == nil && !$0.hasPassed }.map(\.id)
    let skipped = results.filter { $0.skipped != nil }.map(\.id)
    return "\(results.count) cases, \(tries) tries; failed: \(failed.isEmpty ? "none" : failed.joined(separator: " "))"
      + (skipped.isEmpty ? "" : "; skipped: \(skipped.joined(separator: " "))")
  }
}
