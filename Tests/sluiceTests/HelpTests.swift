import Foundation
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

    @Test("puts usage and options first and statuses last, and breaks no example")
    func order() throws {
      let commands =
        try verbs(bench.sluice("--help").output).map { [$0] } + [
          [], ["backup", "list"], ["backup", "restore"], ["rejects", "show"], ["rejects", "replay"], ["local", "psql"],
        ]
      for command in commands {
        let help = try bench.start(command + ["--help"]).wait().output
        let places = ["OVERVIEW: ", "\nUSAGE: ", "\nOPTIONS:", "\nEXIT STATUS\n"].map {
          help.firstRange(of: $0)?.lowerBound
        }
        #expect(!places.contains(nil) && places.compactMap(\.self) == places.compactMap(\.self).sorted(), "\(command)")
        if let examples = help.firstRange(of: "\nEXAMPLES\n")?.lowerBound, let options = places[2] {
          #expect(examples > options, "\(command)")
        }
        let long = help.split(separator: "\n").filter { $0.count > 80 }
        #expect(long.isEmpty, "\(command)")
      }
    }

    @Test(
      "of a word that is no command names the one that was meant",
      arguments: [
        (["statsu"], "`sluice statsu` is no command; did you mean `status`?"),
        (["help", "verfy"], "`sluice verfy` is no command; did you mean `verify`?"),
        (["runn", "p.yaml"], "`sluice runn` is no command; did you mean `run`?"),
        (["backup", "lst"], "`sluice backup lst` is no command; did you mean `list`?"),
        (["fetch", "x"], "`sluice fetch` is no command; there are run, resume, "),
        (["run", "p.yaml", "--on-eror", "reject"], "Unknown option '--on-eror'. Did you mean '--on-error'?"),
      ])
    func meant(_ arguments: [String], _ message: String) throws {
      let ended = try bench.start(arguments).wait()
      #expect(ended.status == Records.ExitStatus.usage.rawValue && ended.output.isEmpty)
      #expect(ended.errors.hasPrefix("Error: \(message)"), "\(ended.errors)")
    }

    @Test("is given by bash where a word is completed: pipeline files, runs, codes")
    func completion() throws {
      for name in ["events.yaml", "other.txt"] { try bench.write("", to: name) }
      for run in ["one", "two"] {
        try FileManager.default.createDirectory(atPath: bench.path("kept/\(run)"), withIntermediateDirectories: true)
      }
      func offered(_ words: String...) throws -> [String] {
        let line = ["sluice"] + words
        let script = """
          source <(sluice --generate-completion-script bash)
          COMP_WORDS=(\(line.map(\.asShellWord).joined(separator: " "))); COMP_CWORD=\(words.count)
          COMP_LINE="${COMP_WORDS[*]}"; COMP_POINT=${#COMP_LINE}
          _sluice sluice "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD-1]}"; printf '%s\\n' "${COMPREPLY[@]}"
          """
        var environment = bench.sluiceEnvironment
        let folder = URL(filePath: Workbench.sluice).deletingLastPathComponent().path
        environment["PATH"] = "\(folder):\(environment["PATH"] ?? "")"
        let ended = try Program("bash", ["-c", script], in: bench.folder, environment: environment).wait()
        #expect(ended.status == 0, "\(ended.errors)")
        return ended.output.split(separator: "\n").map { String($0.trimmingPrefix(" ")) }.sorted()
      }
      #expect(try offered("run", "e") == ["events.yaml"] && !offered("run", "o").contains("other.txt"))
      #expect(try offered("resume", "--run-dir", "kept", "").filter { !$0.hasPrefix("-") } == ["one", "two"])
      #expect(try offered("explain", "load.un") == ["load.unlogged"])
    }

    private static let wrong: [[String]] = [
      ["go"], ["run"], ["run", "p.yaml", "--unknown"], ["run", "p.yaml", "--jobs", "0"],
      ["run", "p.yaml", "--jobs", "many"],
      ["run", "p.yaml", "--max-errors", "-1"], ["run", "p.yaml", "--max-errors", "101%"],
      ["run", "p.yaml", "--max-errors", "1", "--on-error", "stop"],
      ["resume", "x", "--max-errors", "1", "--on-error", "stop"], ["resume", "x", "--jobs", "65"],
      ["rejects", "replay", "x", "--max-errors", "1", "--on-error", "stop"], ["run", "p.yaml", "--on-error", "skip"],
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
