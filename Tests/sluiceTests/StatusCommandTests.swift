import Foundation
import Records
import TestSupport
import Testing

extension CommandLineTests {
  @Suite("status") struct StatusCommand {
    private let bench: Workbench

    init() throws { bench = try Workbench() }

    @Test("shows a run that ended in a stage file as staged, and then as what became of the same run in the table")
    func staged() throws {
      try bench.write(yaml(["id int4"], into: created), to: "p.yaml")
      try bench.write(#"[{"id": 1}, {"id": 2}]"#)
      #expect(try bench.sluice("extract", "p.yaml", "--run-id", "one").status == 0)
      #expect(
        try bench.sluice("status").output == """
          one  staged  test
            stages: extract
            things → public.things: staged 2, file of 22 bytes, staged

          """)
      for stage in ["transform", "validate"] {
        #expect(try bench.sluice(stage, "p.yaml", "--run-id", "one").status == 0)
        #expect(try bench.sluice("status", "one").output.hasPrefix("one  staged  test\n  stages: \(stage)\n  began 2"))
      }
      #expect(try bench.sluice("run", "p.yaml", "--to", "validate", "--run-id", "two").status == 0)
      #expect(try bench.sluice("status", "two").output.hasPrefix("two  staged  test\n  stages: extract to validate\n"))
      #expect(try bench.sluice("load", "p.yaml", "--run-id", "one").status == 0)
      #expect(try bench.sluice("status", "one").output.hasPrefix("one  verified  test\n  began 2"))
    }

    @Test("shows a run that was stopped before it left a report as unfinished, and no command that cannot resume it")
    func stoppedStage() throws {
      try bench.write(yaml(["id int4"], into: created), to: "p.yaml")
      try bench.write(#"[{"id": 1}]"#)
      #expect(try bench.sluice("extract", "p.yaml", "--run-id", "one").status == 0)
      for name in ["report.json", "SHA256SUMS"] {
        try FileManager.default.removeItem(atPath: bench.path("runs/one/\(name)"))
      }
      #expect(
        try bench.sluice("status").output == """
          one  unfinished  test
            stages: extract
            things → public.things: staged unknown, file of 11 bytes

          """)
      for command in [["resume", "one"], ["rejects", "replay", "one"]] {
        let refused = try bench.start(command).wait()
        #expect(refused.status == Records.ExitStatus.resume.rawValue && refused.errors.hasSuffix("[run.state]\n"))
      }
      // As versions before this one left it.
      try FileManager.default.removeItem(atPath: bench.path("runs/one/run.json"))
      #expect(try bench.sluice("status", "one").output == "one  unfinished\n")
    }

    @Test("calls an outcome that it does not know damaged, and never failed")
    func unknownOutcome() throws {
      try bench.write(yaml(["id int4"], into: created), to: "p.yaml")
      try bench.write(#"[{"id": 1}]"#)
      #expect(try bench.sluice("extract", "p.yaml", "--run-id", "one").status == 0)
      let report = try bench.text("runs/one/report.json")
      try bench.write(report.replacing("\"staged\"", with: "\"half-done\""), to: "runs/one/report.json")
      try call(
        "sh", "-c", "grep -v report.json SHA256SUMS >s; sha256sum report.json >>s; mv s SHA256SUMS; chmod 600 *S",
        in: bench.path("runs/one"))
      #expect(try bench.sluice("status").output.hasPrefix("one  damaged  test\n"))
    }

    @Test("of a folder that is not there says that there are no runs, as backup list does")
    func none() throws {
      for (command, text) in [(["status"], "no runs in runs\n"), (["backup", "list"], "no backups in runs\n")] {
        let ended = try bench.start(command).wait()
        #expect(ended.status == 0 && ended.output == text && ended.errors.isEmpty, "\(ended.errors)")
      }
    }

    @Test("shows a run whose files others can have written by its name alone, and resume refuses it with 9")
    func untrusted() throws {
      try bench.write(yaml(["id int4"], into: created), to: "p.yaml")
      try bench.write("[{}, 1]")
      _ = try bench.sluice("run", "p.yaml", "--run-id", "mine")
      try #require(chmod(bench.path("runs/mine/run.json"), 0o606) == 0)
      let text = try bench.sluice("status")
      #expect(text.status == 0 && text.errors.isEmpty)
      #expect(
        text.output == """
          mine  untrusted
            not believed: runs/mine/run.json: everybody can change what it holds (chmod go-w, when you know what it holds)

          """)
      let json = try bench.sluice("status", "--json")
      let runs = try #require(try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [[String: Any]])
      #expect(runs.map { $0["state"] as? String } == ["untrusted"] && runs.map { $0["run"] as? String } == ["mine"])
      let resume = try bench.sluice("resume", "mine")
      #expect(resume.status == Records.ExitStatus.resume.rawValue && resume.errors.hasSuffix("[archive.untrusted]\n"))
      #expect(resume.output.isEmpty)
    }
  }
}
