import Foundation
import Records
import TestSupport
import Testing

extension CommandLineTests {
  /// What a user is told to do next, and whether it can be done.
  @Suite("Advice") struct Advice {
    private let bench: Workbench

    init() throws { bench = try Workbench() }

    @Test("after an append that cannot be resumed says how many rows are to be taken out first")
    func append() throws {
      let first = yaml(["id int4"], into: "{ table: things, mode: append, create: true }")
      let second = """
          - dataset: others
            from: { file: others.json }
            into: { table: others, mode: append, create: true }
            columns:
              - { column: id, type: int4, at: /id }

        """
      try bench.write(first + second, to: "p.yaml")
      try bench.write("[{\"id\": 1}, {\"id\": 2}]")
      try bench.write("[{\"id\": 1},", to: "others.json")
      let ended = try bench.sluice("run", "p.yaml", "--run-id", "one")
      #expect(ended.status == Records.ExitStatus.source.rawValue && !ended.output.contains("resume:"))
      #expect(
        ended.errors.contains("(first take the rows of this run out, 2 of public.things; then "), "\(ended.errors)")
      let report = try bench.text("runs/one/report.json")
      #expect(report.contains("\"public.things\" : 2"))
      try bench.write("[{\"id\": \"x\"}]", to: "others.json")
      let resumable = try bench.sluice("run", "p.yaml", "--run-id", "two")
      #expect(
        resumable.errors.contains("; before a new run take the rows of this one out, 2 of public.things) [run.budget]"),
        "\(resumable.errors)")
      // A resume that is refused says it too.
      try bench.write("[{\"id\": 1}]", to: "others.json")
      let refused = try bench.sluice("resume", "one")
      #expect(refused.status == Records.ExitStatus.resume.rawValue)
      #expect(
        refused.errors.contains("(first take the rows of this run out, 2 of public.things; then "), "\(refused.errors)")
    }

    @Test("after a replace says that the table was emptied, and how much is committed")
    func replace() throws {
      try bench.sql("CREATE TABLE things (id int4 CHECK (id < 1999)); INSERT INTO things VALUES (-1)")
      try bench.write(yaml(["id int4"]), to: "p.yaml")
      try bench.write((0..<2000).map { "{\"id\": \($0)}\n" }.joined())
      let ended = try bench.sluice("run", "p.yaml", "--slice-bytes", "4096", "--jobs", "1", "--backup", "none")
      #expect(ended.status == Records.ExitStatus.data.rawValue)
      let rows = try bench.count()
      try #require(rows > 1000)
      #expect(
        ended.output.contains("\n    public.things was emptied and has 1,\(String(rows).suffix(3)) rows of this run\n"),
        "\(ended.output)")
      let bytes = try #require(try bench.scalar("SELECT max(byte_to) FROM sluice.slices").flatMap { Int64($0) })
      #expect(
        bytes > 10_000 && ended.output.contains("; \((bytes + 50) / 1000).\((bytes + 50) / 100 % 10) kB committed in "),
        "\(ended.output)")
      #expect(!ended.errors.contains("take the rows"))
    }

    @Test("has no resume after what came down a pipe, neither at once nor in status")
    func pipe() throws {
      try bench.write(yaml(["id int4"], from: "{ file: \"-\" }", into: created), to: "p.yaml")
      try bench.write("[{\"id\": \"x\"}]", to: "input")
      let input = try FileHandle(forReadingFrom: URL(filePath: bench.path("input")))
      let ended = try bench.start(["run", "p.yaml"], input: input).wait()
      #expect(ended.status == Records.ExitStatus.data.rawValue && !ended.output.contains("resume:"), "\(ended.output)")
      #expect(!(try bench.sluice("status").output.contains("resume:")))
    }

    @Test("has no resume in status once the source is another one")
    func otherSource() throws {
      try bench.write(yaml(["id int4"], into: created), to: "p.yaml")
      try bench.write("[{\"id\": \"x\"}]")
      _ = try bench.sluice("run", "p.yaml", "--run-id", "one")
      #expect(try bench.sluice("status").output.contains("resume: sluice resume one"))
      try bench.write("[{\"id\": 1}, {\"id\": 2}]")
      #expect(!(try bench.sluice("status").output.contains("resume:")))
    }

    @Test("names only files that are there")
    func files() throws {
      try bench.write(yaml(["id int4"], into: created), to: "p.yaml")
      try bench.write("[{\"id\": 1}]")
      let whole = try bench.sluice("run", "p.yaml", "--run-id", "one").output
      #expect(whole.contains("\nfiles:  runs/one/ (report.json, SHA256SUMS)\n"))
      try FileManager.default.removeItem(atPath: bench.path("runs/one/SHA256SUMS"))
      let resumed = try bench.sluice("resume", "one").output
      #expect(resumed.contains("\nfiles:  runs/one/ (report.json, SHA256SUMS)\n"), "they are made again")
      let dry = try bench.sluice("run", "p.yaml", "--dry-run").output
      #expect(dry.contains("read 1, would load 1;") && !dry.contains("files:") && !dry.contains("run 2"), "\(dry)")
      let verify = try bench.sluice("verify", "p.yaml").output
      #expect(
        verify.contains("read 1, compared 1;") && !verify.contains("files:") && !verify.contains("run "), "\(verify)")
      #expect(verify.contains("\ntarget: ") && whole.contains("\ntarget: "))
    }

    @Test("of sync's deleted rows is a command that brings them back")
    func deleted() throws {
      try bench.write(yaml(["id int4", "name text"], into: "{ table: things, mode: sync, key: id }"), to: "p.yaml")
      try bench.sql(
        "CREATE TABLE things (id int4 PRIMARY KEY, name text); INSERT INTO things VALUES (1, 'one'), (2, E't\\two')")
      try bench.write("[{\"id\": 1, \"name\": \"one\"}]")
      let ended = try bench.sluice("run", "p.yaml", "--yes")
      let marker = "deleted rows come back by: "
      let line = try #require(ended.output.split(separator: "\n").first { $0.contains(marker) })
      let command = String(line.components(separatedBy: marker)[1])
      let back = try Program("sh", ["-c", command], in: bench.folder, environment: bench.sluiceEnvironment).wait()
      #expect(back.status == 0, "\(command): \(back.errors)")
      #expect(try bench.rows("SELECT name FROM things ORDER BY id") == [["one"], ["t\two"]])
    }
  }
}
