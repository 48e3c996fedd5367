import ArgumentParser
import Engine
import Foundation
import Records
import Reports

struct StatusCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "status",
    abstract: "Shows runs and how far they came, also while another process runs one.",
    discussion: """
      What a run committed, the ledger in its database says; where that does not answer within 5 s, it is shown as unknown.
      Nothing is read of a run whose files another user can have written: it is shown as untrusted.

      EXAMPLES
        sluice status
        sluice status 20261123T051200Z-3fa9c1 --json
      """)

  @Argument(
    help: ArgumentHelp("The run's id; without it, all runs are listed.", valueName: "run"), completion: Completion.run)
  var id: String?

  @Option(name: .long, help: ArgumentHelp("Where the folders of runs are.", valueName: "dir"), completion: .directory)
  var runDir = ShellText.usualRunFolder

  @Flag(name: .long, help: "The result as JSON on standard output.")
  var json = false

  func run() throws {
    let environment = ProcessInfo.processInfo.environment
    do {
      if let id {
        let status = try RunStatus.of(id, in: runDir, environment: environment)
        if json { try JSONOutput.write(status) } else { try show(status, isWhole: true) }
      } else {
        let all = try RunStatus.all(in: runDir, environment: environment)
        if json { try JSONOutput.write(all) }
        if !json, all.isEmpty { try Console.out("no runs in \(runDir)") }
        if !json { for status in all { try show(status, isWhole: false) } }
      }
    } catch {
      throw OutputOptions.failed(error)
    }
  }

  private func show(_ status: RunStatus, isWhole: Bool) throws(LostOutput) {
    var lines: [OutputText] = [
      "\(status.run)  \(status.state.rawValue)" + (status.pipeline.isEmpty ? "" : "  \(status.pipeline)")
    ]
    if let last = status.to {
      let range = status.from.map { $0 == last ? "" : "\($0.rawValue) to " } ?? ""
      lines.append("  stages: \(range)\(last.rawValue)")
    }
    if isWhole, !status.began.isEmpty { lines.append("  began \(status.began)") }
    if isWhole, !status.target.isEmpty { lines.append("  target: \(status.target)") }
    if let holder = status.holder { lines.append("  at work: process \(holder) of the server") }
    for dataset in status.datasets { lines.append("  \(line(dataset, of: status))") }
    if let distrust = status.distrust { lines.append("  not believed: \(distrust)") }
    if let problem = status.problem { lines.append("  what is committed is not known: \(problem)") }
    if let resume = status.resume { lines.append("  resume: \(resume)") }
    try Console.out(lines.joined(separator: "\n"))
  }

  private func line(_ dataset: RunStatus.DatasetStatus, of status: RunStatus) -> String {
    let verb = status.to != nil || status.state == .staged ? "staged" : "loaded"
    var text = "\(dataset.dataset) → \(dataset.table): \(verb) \(dataset.loaded.map(Figures.grouped) ?? "unknown")"
    if let rejected = dataset.rejected, rejected > 0 { text += ", rejected \(Figures.grouped(rejected))" }
    if let bytes = dataset.committedBytes { text += ", \(Figures.bytes(bytes)) committed" }
    if let size = dataset.sourceFileBytes { text += ", file of \(Figures.bytes(size))" }
    return text + (dataset.outcome.map { ", \($0.rawValue)" } ?? "")
  }
}
