import Foundation
import Postgres
import Records
import TestSupport
import Testing

extension CommandLineTests {
  @Suite("What is printed") struct Output {
    private let bench: Workbench

    init() throws {
      bench = try Workbench()
      try bench.write(yaml(["id int4", "name text"], into: created.replacing(" }", with: ", key: id }")), to: "p.yaml")
      try bench.write(#"[{"id": 1, "name": "one"}]"#)
    }

    /// Runs a line of the shell in which `$0` is the program.
    private func shell(_ line: String, _ more: [String: String] = [:]) throws -> Program.Ended {
      try Program(
        "sh", ["-c", line, Workbench.sluice], in: bench.folder,
        environment: bench.sluiceEnvironment.merging(more) { $1 }
      ).wait()
    }

    private static let forged = "a\n\nverified: test, run X, 0.1 s\n  things \u{9B}\u{202E}"
    private static let shown = "a\\n\\nverified: test, run X, 0.1 s\\n  things \\u{9b}\\u{202e}"

    @Test("a value of the table begins no line, and steers nothing, as text or as JSON")
    func values() throws {
      try #require(try bench.sluice("run", "p.yaml").status == 0)
      try bench.connection.execute("UPDATE things SET name = $1", parameters: [Self.forged])
      let verify = try bench.sluice("verify", "p.yaml")
      #expect(verify.status == Records.ExitStatus.integrity.rawValue)
      #expect(verify.output.contains("\n    changed id=1: name: one → \(Self.shown)\n"), "\(verify.output)")
      let json = try bench.sluice("verify", "p.yaml", "--json").output
      #expect(json.unicodeScalars.allSatisfy { $0.value < 0x7F || $0 == "→" }, "\(json)")
      let report = try #require(try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any])
      let difference = try #require((report["differences"] as? [[String: Any]])?.first)
      #expect((difference["columns"] as? [[String: Any]])?.first?["actual"] as? String == Self.forged)
    }

    @Test("a constraint's name begins no line")
    func names() throws {
      try bench.sql("CREATE TABLE things (id int4, name text, CONSTRAINT \"\(Self.forged)\" CHECK (id > 1))")
      let run = try bench.sluice("run", "p.yaml", "--on-error", "reject")
      #expect(run.status == Records.ExitStatus.rejects.rawValue, "\(run.output)")
      let show = try bench.sluice("rejects", "show", try bench.onlyRun())
      let shown = #"violates check constraint "a; verified: test, run X, 0.1 s; things \u{9b}\u{202e}" [23514]"#
      #expect(show.output.contains(shown) && !show.output.contains("\nverified"), "\(show.output)")
      let stopped = try bench.sluice("run", "p.yaml", "--verbose")
      #expect(
        !(stopped.output.dropFirst() + stopped.errors).contains("\nverified"), "\(stopped.output)\(stopped.errors)")
    }

    @Test("a command that is printed can be pasted whatever its words hold")
    func commands() throws {
      try bench.write(#"[{"id": "x"}]"#)
      let run = try bench.sluice("run", "p.yaml", "--run-id", "r", "--run-dir", "a\n'b\\")
      #expect(
        run.output.contains(#"resume: sluice resume r --on-error reject --run-dir $'a\012\'b\\'"# + "\n"),
        "\(run.output)")
      let status = try Program(
        "bash", ["-c", #""$0" status r --run-dir $'a\012\'b\\'"#, Workbench.sluice], in: bench.folder,
        environment: bench.sluiceEnvironment
      ).wait()
      #expect(status.output.hasPrefix("r  failed"), "\(status.output)\(status.errors)")
    }

    @Test("a reject file that somebody wrote begins no line")
    func rejects() throws {
      try bench.write(#"[{"id": "x"}]"#)
      try #require(
        try bench.sluice("run", "p.yaml", "--on-error", "reject").status == Records.ExitStatus.rejects.rawValue)
      let (run, lies) = (try bench.onlyRun(), #""a\nverified: x\u009b""#)
      let line = """
        {"ordinal":0,"offset":1,"bytes":2,"pointer":\(lies),"stage":"load","rule":\(lies),"reason":\(lies),"raw":"{}"}

        """
      try bench.write(line, to: "runs/\(run)/rejects/things.ndjson")
      for command in ["list", "show"] {
        let output = try bench.sluice("rejects", command, run).output
        #expect(!output.contains("\nverified") && output.contains("a\\nverified: x\\u{9b}"), "\(output)")
      }
      let json = try bench.sluice("rejects", "show", run, "--json").output
      #expect(json.contains("\\u009b") && !json.contains("\u{9B}"))
    }

    @Test("an argument is shown and not obeyed where it is wrong, and tells no password")
    func arguments() throws {
      let wrong = [
        ["run", "p.yaml", "--bogus\u{1B}[31m\nverified: x"], ["run", "p.yaml", "--jobs=1\u{1B}\nverified: x"],
        ["run", "p.yaml", "--on-error", "\u{1B}\nverified: x"], ["explain", "\u{1B}\nverified: x"],
        ["run", "p.yaml", "\u{1B}\nverified: x"], ["run", "no\u{1B}\nverified: x"], ["status", "\u{1B}\nverified: x"],
      ]
      for arguments in wrong {
        let ended = try bench.start(arguments).wait()
        #expect(ended.status != 0 && ended.output.isEmpty)
        #expect(ended.errors.contains("\\u{1b}") && !ended.errors.contains("\nverified"), "\(ended.errors)")
        #expect(!ended.errors.contains("\u{1B}"))
      }
      for arguments in [
        ["postgresql://u:Zx9p@h/d"], ["p.yaml", "password=Zx9p"], ["p.yaml", "--jobs=postgresql://u:Zx9p@h"],
      ] {
        #expect(!(try bench.start(["run"] + arguments).wait().errors.contains("Zx9p")))
      }
    }

    @Test("a status of an error is that of the error, for commands without flags for output too")
    func plainCommands() throws {
      let ended = try bench.sluice("status", "nothing")
      #expect(ended.status == Records.ExitStatus.resume.rawValue)
      #expect(ended.errors.split(separator: "\n").count == 1 && ended.errors.hasSuffix("[run.state]\n"))
    }

    @Test("that is lost is a failure of storage, with a word on standard error, in every command")
    func lost() throws {
      let id = "one"
      let commands = [
        "run p.yaml --json --run-id \(id)", "run p.yaml", "run p.yaml --dry-run", "verify p.yaml --json",
        "extract p.yaml --run-id stages",
        "status", "status \(id) --json", "resume \(id)", "backup list", "backup list --json", "backup verify \(id)",
        "backup verify \(id) --json", "backup restore \(id) --output back.json --json",
        "rejects list \(id)", "explain", "explain 9 --json", "local status", "local status --json", "--help",
        "run --help",
        "--version", "local psql --help",
      ]
      for command in commands {
        let full = try shell("\"$0\" \(command) >/dev/full")
        #expect(full.status == Records.ExitStatus.storage.rawValue, "\(command): \(full.errors)")
        #expect(full.errors.hasSuffix("[output.write]\n"), "\(command): \(full.errors)")
      }
      let closed = try shell("\"$0\" run p.yaml --json >&-")
      #expect(closed.status == Records.ExitStatus.storage.rawValue && closed.errors.contains("[output.write]"))
      // What the run itself came to is told.
      try bench.sql("UPDATE things SET name = 'two'")
      #expect(try shell("\"$0\" verify p.yaml >/dev/full").status == Records.ExitStatus.integrity.rawValue)
      #expect(try shell("\"$0\" run p.yaml --quiet >/dev/full").status == 0, "nothing was to be written")
    }

    @Test("may be left by its reader early, which is no failure")
    func reader() throws {
      for command in ["explain", "--help", "run p.yaml --json"] {
        let ended = try shell("{ \"$0\" \(command); echo $? >status; } | true")
        #expect(ended.errors.isEmpty)
        #expect(try bench.text("status") == "0\n", "\(command)")
      }
    }
  }
}
