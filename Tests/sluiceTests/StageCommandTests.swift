import Foundation
import Postgres
import Records
import TestSupport
import Testing

extension CommandLineTests {
  @Suite("extract, transform, validate and load") struct StageCommands {
    private let bench: Workbench

    init() throws {
      bench = try Workbench()
      try bench.write(
        yaml(
          ["id int4, required: true", "name text"], into: "{ table: things, mode: append, create: true, key: id }",
          rules: ["rule: length, of: name, max: 3"]), to: "p.yaml")
      try bench.write(#"[{"id": 1, "name": "one"}, {"id": 2, "name": "zwei"}, {"id": 3, "name": null}]"#)
    }

    @Test("lead from one to the next by the command that each prints")
    func chain() throws {
      let extract = try bench.sluice("extract", "p.yaml")
      #expect(extract.status == 0)
      let run = try bench.onlyRun()
      #expect(
        extract.output.normalised == """
          staged: test, run RUN, TIME
            things: read 3, in the stage file 3; 78 bytes in TIME
          files:  runs/RUN/ (report.json, SHA256SUMS)
          look:   sluice transform \(bench.path("p.yaml")) --run-id RUN

          """)
      let transform = try bench.sluice("transform", "p.yaml", "--run-id", run)
      #expect(
        transform.status == 0 && transform.output.contains("sluice validate \(bench.path("p.yaml")) --run-id \(run)"))
      #expect(try bench.sluice("validate", "p.yaml", "--run-id", run).status == Records.ExitStatus.data.rawValue)
      let validate = try bench.sluice("validate", "p.yaml", "--run-id", run, "--on-error", "reject")
      #expect(validate.status == Records.ExitStatus.rejects.rawValue)
      #expect(validate.output.contains("sluice load \(bench.path("p.yaml")) --run-id \(run)"))
      #expect(try bench.scalar("SELECT to_regclass('things')") == nil)
      let load = try bench.sluice("load", "p.yaml", "--run-id", run, "--max-errors", "1")
      #expect(load.status == Records.ExitStatus.rejects.rawValue)
      #expect(load.output.hasPrefix("verified: test, run \(run)"))
      #expect(try bench.rows("SELECT id, name FROM things ORDER BY id") == [["1", "one"], ["3", nil]])
      let verify = try bench.sluice(
        "verify", "p.yaml", "--dataset", "things", "--input", "runs/\(run)/stages/things.rows.pgcopy.zst")
      #expect(verify.status == Records.ExitStatus.rejects.rawValue)
    }

    @Test("go through pipes, and print nothing else there")
    func pipes() throws {
      let stages = [
        "extract p.yaml --dataset things --output -", "transform p.yaml --dataset things --input - --output -",
        "validate p.yaml --dataset things --input - --output - --on-error reject",
        "load p.yaml --dataset things --input - --on-error reject --json",
      ]
      let line = stages.map { "\(Workbench.sluice) \($0)" }.joined(separator: " | ")
      let environment = bench.environment.merging(["PATH": ProcessInfo.processInfo.environment["PATH"] ?? ""]) { $1 }
      let ended = try Program("/bin/sh", ["-c", line], in: bench.folder, environment: environment).wait()
      #expect(ended.errors.isEmpty)
      let report = try #require(try JSONSerialization.jsonObject(with: Data(ended.output.utf8)) as? [String: Any])
      #expect(report["outcome"] as? String == "verified")
      #expect(try bench.count() == 2)
      // A damaged pipe is found out, and nothing is loaded of it.
      let cut = stages[..<3].map { "\(Workbench.sluice) \($0)" }.joined(separator: " | ") + " | head -c 700 | "
      let broken = try Program(
        "/bin/sh", ["-c", cut + "\(Workbench.sluice) \(stages[3])"], in: bench.folder, environment: environment
      ).wait()
      #expect(broken.status == Records.ExitStatus.storage.rawValue)
      #expect(broken.errors.contains("[stage.incomplete]"))
      #expect(try bench.count() == 2)
    }

    @Test("say what they need before anything is touched")
    func usage() throws {
      for arguments in [
        ["transform", "p.yaml"], ["validate", "p.yaml"], ["load", "p.yaml"],
        ["transform", "p.yaml", "--input", "x.zst"], ["extract", "p.yaml", "--output", "x.zst"],
        ["extract", "p.yaml", "--dataset", "things", "--output", "-", "--json"],
        ["verify", "p.yaml", "--input", "x.zst"], ["run", "p.yaml", "--from", "transform"],
        ["run", "p.yaml", "--from", "load", "--to", "extract"], ["run", "p.yaml", "--from", "verify", "--run-id", "x"],
        ["run", "p.yaml", "--to", "validate", "--dry-run"], ["run", "p.yaml", "--to", "nowhere"],
        ["load", "p.yaml", "--run-id", "x", "--on-error", "stop", "--max-errors", "1"],
      ] {
        let ended = try bench.start(arguments).wait()
        #expect(ended.status == Records.ExitStatus.usage.rawValue, "\(arguments)")
      }
      #expect(!bench.exists("runs"))
    }

    @Test("are parts of one run with --from and --to")
    func ranges() throws {
      let first = try bench.sluice("run", "p.yaml", "--to", "validate", "--on-error", "reject", "--keep-stages")
      #expect(first.status == Records.ExitStatus.rejects.rawValue)
      let run = try bench.onlyRun()
      #expect(bench.exists("runs/\(run)/stages/things.records.ndjson.zst"))
      let second = try bench.sluice("run", "p.yaml", "--from", "load", "--run-id", run, "--on-error", "reject")
      #expect(second.output.hasPrefix("verified"))
      #expect(try bench.count() == 2)
    }
  }
}
