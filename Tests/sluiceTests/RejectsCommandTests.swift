import Foundation
import Records
import TestSupport
import Testing

extension CommandLineTests {
  @Suite("rejects") struct Rejects {
    private let bench: Workbench
    private let run: String
    private let records = [
      #"{"id": 1, "n": 1}"#, #"{"id": 2, "n": "two"}"#, "{\"id\": 3,\n  \"n\": 3.5, \"t\": \"\u{202E}\u{9B}\"}",
      #"{"n": 4}"#, #"{"id": 5, "n": 99999}"#,
    ]

    init() throws {
      bench = try Workbench()
      try bench.write("[" + records.joined(separator: ",\n ") + "]")
      try bench.write(yaml(["id int4, required: true", "n int2"], into: created), to: "p.yaml")
      try #require(
        try bench.sluice("run", "p.yaml", "--on-error", "reject").status == Records.ExitStatus.rejects.rawValue)
      run = try bench.onlyRun()
    }

    private var file: String { "runs/\(run)/rejects/things.ndjson" }

    private func markResolved(_ ordinal: Int) throws {
      try FileManager.default.createDirectory(
        atPath: bench.path("runs/\(run)/rejects/resolved"), withIntermediateDirectories: false)
      try bench.write("{\"ordinal\":\(ordinal),\"run\":\"later\"}\n", to: "runs/\(run)/rejects/resolved/things.ndjson")
    }

    private func object(_ line: Substring) throws -> [String: Any] {
      try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
    }

    @Test("list counts by stage and rule, and says what was resolved")
    func list() throws {
      let plain = try bench.sluice("rejects", "list", run)
      #expect(plain.status == 0 && plain.errors.isEmpty)
      #expect(
        plain.output == """
          things: 4 set aside
            transform  exact.int2  1
            transform  range.int2  1
            transform  required    1
            transform  type.int2   1

          """)
      try markResolved(3)
      let marked = try bench.sluice("rejects", "list", run, "--dataset", "things")
      #expect(marked.output.hasPrefix("things: 4 set aside, 1 resolved\n"))
      #expect(marked.output.contains("  transform  required    1, 1 resolved\n"))
      let json = try bench.sluice("rejects", "list", run, "--json")
      let lines = try json.output.split(separator: "\n").map(object)
      #expect(lines.map { $0["count"] as? Int } == [1, 1, 1, 1])
      #expect(lines.compactMap { $0["resolved"] as? Int }.reduce(0, +) == 1)
      #expect(lines.allSatisfy { $0["dataset"] as? String == "things" && $0["unfinished"] as? Bool == false })
    }

    @Test("of datasets whose names look like files are listed and replayed, each its own")
    func dots() throws {
      let names = ["a", "a.resolved", "a.ndjson"]
      try bench.sql(names.indices.map { "CREATE TABLE t\($0) (id int4 PRIMARY KEY, n int2);" }.joined())
      let pipeline = { (n: String) in
        "pipeline: dots\ndatasets:\n"
          + names.enumerated().map { i, name in
            """
              - dataset: \(name)
                from: { file: things.json }
                into: { table: t\(i), mode: upsert, key: [id] }
                columns: [{ column: id, type: int4, at: /id }, { column: n, type: int2, at: \(n) }]

            """
          }.joined()
      }
      try bench.write(#"[{"id": 1, "n": "x", "m": 1}, {"id": 2, "n": 2, "m": 2}]"#)
      try bench.write(pipeline("/n"), to: "dots.yaml")
      #expect(try bench.sluice("run", "dots.yaml", "--on-error", "reject", "--run-id", "dots").status == 3)
      let list = {
        try bench.sluice("rejects", "list", "dots").output.split(separator: "\n").filter { !$0.hasPrefix(" ") }
      }
      #expect(try list() == ["a: 1 set aside", "a.ndjson: 1 set aside", "a.resolved: 1 set aside"])
      try bench.write(pipeline("/m"), to: "dots.yaml")
      let replay = try bench.sluice("rejects", "replay", "dots")
      #expect(replay.status == 0, "\(replay.output)\(replay.errors)")
      #expect(try list().allSatisfy { $0.hasSuffix(": 1 set aside, 1 resolved") })
      for i in names.indices {
        #expect(try bench.rows("SELECT id, n FROM t\(i) ORDER BY id") == [["1", "1"], ["2", "2"]])
      }
    }

    @Test("of a run that stopped are said to be those of what it read")
    func stopped() throws {
      #expect(try bench.sluice("run", "p.yaml", "--run-id", "stopped").status == Records.ExitStatus.data.rawValue)
      let list = try bench.sluice("rejects", "list", "stopped")
      #expect(
        list.output.hasPrefix(
          "things: 4 refused, of what was read before the run ended; behind that nothing was looked at\n"))
      let json = try object(
        Substring(bench.sluice("rejects", "list", "stopped", "--json").output.split(separator: "\n")[0]))
      #expect(json["cut"] as? Bool == true)
      let show = try bench.sluice("rejects", "show", "stopped")
      #expect(show.errors.hasPrefix("notice: things: the run ended before it had read the whole source"))
    }

    @Test("of a dry run are counted by rule and listed, up to twenty of them, and no run is named")
    func dryRun() throws {
      try bench.write(
        "[" + (records + (10..<40).map { "{\"id\": 1, \"n\": \"\($0)x\"}" }).joined(separator: ",\n ") + "]")
      let dry = try bench.sluice("run", "p.yaml", "--dry-run", "--on-error", "reject")
      #expect(dry.status == Records.ExitStatus.rejects.rawValue)
      let lines = dry.output.split(separator: "\n").filter { !$0.contains("warning: no column takes /t") }
      #expect(lines[0].hasPrefix("dry-run: test, ") && !lines[0].contains("run "))
      #expect(lines[1].contains("read 35, would load 1, rejected 34;"), "\(lines[1])")
      #expect(
        lines[2...6] == [
          "    transform  type.int2   31", "    transform  exact.int2  1", "    transform  range.int2  1",
          "    transform  required    1", "    the first 20 records:",
        ])
      #expect(lines.count == 28, "\(dry.output)")
      #expect(lines[7].hasPrefix("      $ordinal 1, line 2, byte 21: transform, /n: the string is not"), "\(lines[7])")
      #expect(lines[7].hasSuffix(" [type.int2]"))
      let report = try object(
        Substring(bench.sluice("run", "p.yaml", "--dry-run", "--on-error", "reject", "--json").output))
      let rejects = try #require(((report["datasets"] as? [[String: Any]])?[0])?["rejects"] as? [String: Any])
      #expect((rejects["records"] as? [Any])?.count == 20 && (rejects["groups"] as? [Any])?.count == 4)
      #expect(report["dryRun"] as? Bool == true)
      let stopped = try bench.sluice("run", "p.yaml", "--dry-run")
      #expect(stopped.status == Records.ExitStatus.data.rawValue && !stopped.output.contains("start a new run"))
      #expect(!bench.exists("runs/\(report["run"] as? String ?? "")"))
    }

    @Test("are pointed to by the run that set them aside, wherever its folder is")
    func pointed() throws {
      let run = try bench.sluice("run", "p.yaml", "--on-error", "reject", "--run-dir", "else where", "--run-id", "r2")
      #expect(run.output.contains("\nlook:   sluice rejects list r2 --run-dir 'else where'\n"), "\(run.output)")
      #expect(try bench.sluice("rejects", "list", "r2", "--run-dir", "else where").status == 0)
      let stopped = try bench.sluice("run", "p.yaml", "--run-id", "r3")
      #expect(stopped.output.contains("\nlook:   sluice rejects list r3\n"), "\(stopped.output)")
      #expect(try bench.sluice("rejects", "list", "r3").output.contains("  transform  type.int2   1\n"))
    }

    @Test("show prints place, reason and text, with control characters shown and not obeyed")
    func show() throws {
      let shown = try bench.sluice("rejects", "show", run)
      #expect(shown.status == 0 && shown.errors.isEmpty)
      let lines = shown.output.split(separator: "\n")
      #expect(
        lines[0].hasPrefix(
          "things: $ordinal 1, line 2, byte 21: transform, /n: the string is not a number as JSON writes it, for smallint;"
        ))
      #expect(lines[0].hasSuffix("[type.int2]"))
      #expect(lines[1] == #"  {"id": 2, "n": "two"}"#)
      #expect(shown.output.contains("\n  {\"id\": 3,\n    \"n\": 3.5, \"t\": \"\\u{202e}\\u{9b}\"}\n"))
    }

    @Test("show --raw prints the records' own bytes, and nothing else, for jq")
    func raw() throws {
      let shown = try bench.sluice("rejects", "show", run, "--raw")
      #expect(shown.status == 0 && shown.errors.isEmpty)
      #expect(Array(shown.output.utf8) == Array((records.dropFirst().joined(separator: "\n") + "\n").utf8))
    }

    @Test("show chooses by number, place and what is resolved")
    func chosen() throws {
      try markResolved(1)
      func ordinals(_ arguments: String...) throws -> [Int] {
        let shown = try bench.start(["rejects", "show", run, "--json"] + arguments).wait()
        #expect(shown.status == 0, "\(shown.errors)")
        return try shown.output.split(separator: "\n").compactMap { try object($0)["ordinal"] as? Int }
      }
      #expect(try ordinals() == [1, 2, 3, 4])
      #expect(try ordinals("--limit", "2") == [1, 2])
      #expect(try ordinals("--record", "3") == [3])
      #expect(try ordinals("--unresolved") == [2, 3, 4])
      let all = try bench.sluice("rejects", "show", run, "--json").output.split(separator: "\n").map(object)
      #expect(all.map { $0["resolved"] as? String } == ["later", nil, nil, nil])
      #expect(all.map { $0["raw"] as? String } == records.dropFirst().map(Optional.some))
      #expect(try bench.sluice("rejects", "show", run).output.contains("\n  resolved by run later\n"))
      #expect(
        try bench.sluice("rejects", "show", run, "--record", "0").status == Records.ExitStatus.usage.rawValue)
      #expect(
        try bench.sluice("rejects", "show", run, "--dataset", "thing").status == Records.ExitStatus.usage.rawValue)
    }

    @Test("show without a limit stops after twenty, says so, and shows what else there is on demand")
    func twenty() throws {
      let line = String(try bench.text(file).split(separator: "\n")[0]) + "\n"
      try bench.write(String(repeating: line, count: 20), to: file)
      #expect(try bench.sluice("rejects", "show", run).errors.isEmpty)
      try bench.write(String(repeating: line, count: 21), to: file)
      let shown = try bench.sluice("rejects", "show", run)
      #expect(shown.output.split(separator: "\n").count == 40)
      #expect(shown.errors == "notice: the first 20; --limit shows more\n")
      let more = try bench.sluice("rejects", "show", run, "--limit", "30")
      #expect(more.output.split(separator: "\n").count == 42 && more.errors.isEmpty)
    }

    @Test("damaged lines are named by number, the others shown, and the status is that of storage")
    func damaged() throws {
      let lines = try bench.text(file).split(separator: "\n")
      try bench.write(lines[0] + "\n" + lines[1].dropLast(9) + "\n" + lines[2] + "\n", to: file)
      for arguments in [["list"], ["show"], ["show", "--raw"], ["list", "--json"], ["show", "--json"]] {
        let ended = try bench.start(["rejects", arguments[0], run] + arguments.dropFirst()).wait()
        #expect(ended.status == Records.ExitStatus.storage.rawValue)
        #expect(ended.errors.contains("rejects/things.ndjson, line 2: "), "\(ended.errors)")
        #expect(ended.errors.hasSuffix("[run.rejects]\n"))
        #expect(ended.output.split(separator: "\n").count >= 2, "\(ended.output)")
      }
    }

    @Test("a run that is unfinished is read as far as it came, and called so")
    func unfinished() throws {
      let text = try bench.text(file)
      try FileManager.default.removeItem(atPath: bench.path(file))
      try bench.write(String(text.dropLast(30)), to: file + ".partial")
      let list = try bench.sluice("rejects", "list", run)
      #expect(list.status == 0 && list.output.hasPrefix("things: 3 set aside\n"))
      #expect(list.output.hasSuffix("  the run is unfinished: more may be set aside\n"))
      let show = try bench.sluice("rejects", "show", run, "--raw")
      #expect(show.status == 0 && show.output.contains("\"two\""))
      #expect(show.errors == "notice: things: the run is unfinished: more may be set aside\n")
    }

    @Test("a record whose text nobody kept is not passed over in silence")
    func withoutText() throws {
      let lines = try bench.text(file).split(separator: "\n")
      try bench.write(lines[0].replacing(/,"raw":.*/, with: "}") + "\n" + lines[2] + "\n", to: file)
      let show = try bench.sluice("rejects", "show", run)
      #expect(show.status == 0 && show.output.contains("\n  (its text was not kept)\n"))
      let raw = try bench.sluice("rejects", "show", run, "--raw")
      #expect(raw.status == Records.ExitStatus.storage.rawValue && raw.output == "{\"n\": 4}\n")
      #expect(raw.errors.contains("1 record has no text"))
    }

    @Test("replay loads them by the corrected pipeline, says what stays, and then that nothing is left")
    func replay() throws {
      try bench.sql("ALTER TABLE things ALTER n TYPE numeric")
      try bench.write(yaml(["id int4, required: true", "n numeric"], into: created), to: "p.yaml")
      let first = try bench.sluice("rejects", "replay", run)
      #expect(first.status == Records.ExitStatus.rejects.rawValue, "\(first.errors)")
      #expect(
        first.output.hasPrefix("verified: test, run \(run)-replay-1 (rejects of run \(run)), "), "\(first.output)")
      #expect(first.output.contains("read 4, loaded 2, rejected 2"))
      #expect(first.output.hasSuffix("look:   sluice rejects list \(run)\n"))
      #expect(try bench.sluice("rejects", "list", run).output.hasPrefix("things: 4 set aside, 2 resolved\n"))
      try bench.sql("ALTER TABLE things ALTER n TYPE text, ALTER id DROP NOT NULL")
      try bench.write(yaml(["id int4", "n text, coerce: lenient"], into: created), to: "p.yaml")
      let second = try bench.sluice("rejects", "replay", run, "--json", "--jobs", "1")
      #expect(second.status == 0, "\(second.output)\(second.errors)")
      #expect(try object(second.output[...])["run"] as? String == "\(run)-replay-2")
      #expect(try bench.rows("SELECT n FROM things ORDER BY n") == [["1"], ["3.5"], ["4"], ["99999"], ["two"]])
      let third = try bench.sluice("rejects", "replay", run)
      #expect(third.status == 0 && third.output.hasPrefix("nothing-to-replay: test, run \(run), "), "\(third.output)")
      #expect(try bench.sluice("status").output.contains("\(run)-replay-2  verified  test"))
      let wrong = try bench.sluice("rejects", "replay", "\(run)-replay-1")
      #expect(wrong.status == Records.ExitStatus.refused.rawValue && wrong.errors.hasSuffix("[run.replay]\n"))
      #expect(wrong.errors.hasPrefix("error: \(run)-replay-1: ") && wrong.output.isEmpty, "\(wrong.errors)")
      let missing = try bench.sluice("rejects", "replay", "none")
      #expect(missing.output.isEmpty && missing.errors.hasSuffix("[run.state]\n"))
    }

    @Test("a run without rejects says so")
    func none() throws {
      try bench.write("[]", to: "things.json")
      #expect(try bench.sluice("run", "p.yaml", "--run-id", "clean").status == 0)
      let list = try bench.sluice("rejects", "list", "clean")
      #expect(list.status == 0 && list.output == "no record was set aside\n")
      let show = try bench.sluice("rejects", "show", "clean")
      #expect(show.status == 0 && show.output.isEmpty && show.errors == "notice: no record was set aside\n")
    }
  }
}
