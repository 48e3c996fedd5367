import Records
import TestSupport
import Testing

extension CommandLineTests {
  @Suite("Help") struct Help {
    private let bench: Workbench

    init() throws { bench = try Workbench() }

    /// The words that begin the lines of a help's list of subcommands.
    private func verbs(_ help: String) -> [String] {
      let lines = help.split(separator: "\n", omittingEmptySubsequences: false)
      guard let start = lines.firstIndex(where: { $0.hasPrefix("SUBCOMMANDS:") }) else { return [] }
      return lines[(start + 1)...].prefix { $0.hasPrefix("  ") }.compactMap { line in
        line.hasPrefix("   ") ? nil : line.split(separator: " ").first.map(String.init)
      }
    }

    @Test("of the program and of each verb lists every exit status")
    func statuses() throws {
      let help = try bench.sluice("--help")
      #expect(help.status == 0 && help.errors.isEmpty)
      let verbs = verbs(help.output)
      #expect(Set(verbs).isSuperset(of: ["run", "verify", "backup", "local"]))
      for verb in [nil] + verbs.map(Optional.some) {
        let text = try bench.start([verb, "--help"].compactMap { $0 }).wait().output
        let missing = Records.ExitStatus.allCases.map(\.rawValue).filter { !text.contains("\n  \($0)  ") }
        #expect(missing.isEmpty, "\(verb ?? "sluice")")
      }
    }

    @Test("every subcommand has an abstract and describes its flags")
    func subcommands() throws {
      for verb in ["backup", "local"] {
        for subcommand in verbs(try bench.sluice(verb, "--help").output) {
          let help = try bench.sluice(verb, subcommand, "--help")
          #expect(help.status == 0)
          #expect(help.output.hasPrefix("OVERVIEW: "), "\(verb) \(subcommand)")
          let undescribed = help.output.split(separator: "\n").filter { line in
            line.hasPrefix("  -") && line.split(separator: "  ").count < 2 && line.count < 26
          }
          #expect(undescribed.isEmpty, "\(verb) \(subcommand)")
        }
      }
    }

    private static let wrong: [[String]] = [
      ["go"], ["run"], ["run", "p.yaml", "--unknown"], ["run", "p.yaml", "--jobs", "0"],
      ["run", "p.yaml", "--jobs", "many"],
      ["run", "p.yaml", "--max-errors", "-1"], ["run", "p.yaml", "--max-errors", "101%"],
      ["run", "p.yaml", "--max-errors", "1", "--on-error", "stop"], ["run", "p.yaml", "--on-error", "skip"],
      ["run", "p.yaml", "--run-id", "../x"], ["run", "p.yaml", "--max-record-bytes", "10"],
      ["run", "p.yaml", "--backup", "all"], ["verify"], ["backup", "restore", "x"], ["run", "p.yaml", "q.yaml"],
    ]

    @Test("a wrong command line ends with 64, a word on standard error, and touches nothing", arguments: wrong)
    func usage(_ arguments: [String]) throws {
      try bench.write("no pipeline", to: "p.yaml")
      let ended = try bench.start(arguments).wait()
      #expect(ended.status == Records.ExitStatus.usage.rawValue)
      #expect(ended.output.isEmpty)
      #expect(ended.errors.hasPrefix("Error: "), "\(ended.errors)")
      #expect(!bench.exists("runs"))
    }

    @Test("--version says which")
    func version() throws {
      let ended = try bench.sluice("--version")
      #expect(ended.status == 0 && ended.errors.isEmpty)
      #expect(ended.output.wholeMatch(of: /[0-9]+\.[0-9]+\.[0-9]+[^\n]*\n/) != nil)
    }
  }
}
