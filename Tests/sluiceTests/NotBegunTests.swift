import Explanations
import Foundation
import Records
import TestSupport
import Testing

extension CommandLineTests {
  /// What ends a run before it is begun leaves table, ledger and folder as they were.
  @Suite("A run that cannot be begun") struct NotBegun {
    private let bench: Workbench

    init() throws {
      bench = try Workbench()
      try bench.sql("CREATE TABLE things (id int4, name text); INSERT INTO things VALUES (1, 'one'), (2, 'two')")
      try bench.write(#"[{"id": 3, "name": "three"}]"#)
    }

    // MARK: - What was there

    private struct State: Equatable {
      /// With what a rewrite would change.
      var table: [[String?]]
      /// nil: there is no schema of ours.
      var ledger: [[String?]]?
      /// Files and folders, with sizes.
      var folder: [String]
    }

    private func state() throws -> State {
      let ledger =
        try bench.scalar("SELECT to_regnamespace('sluice')::text") == nil
        ? nil
        : try bench.rows(
          """
          SELECT 'runs', r::text FROM sluice.runs r UNION ALL SELECT 'slices', s::text FROM sluice.slices s
          UNION ALL SELECT 'targets', t::text FROM sluice.targets t ORDER BY 1, 2
          """)
      let names = FileManager.default.enumerator(atPath: bench.path("runs"))?.compactMap { $0 as? String } ?? []
      let files = try names.sorted().map { name in
        let attributes = try FileManager.default.attributesOfItem(atPath: bench.path("runs/\(name)"))
        return "\(name) \(attributes[.size] ?? "")"
      }
      return State(
        table: try bench.rows("SELECT pg_relation_filenode('things'), xmin, ctid, t.* FROM things t ORDER BY id"),
        ledger: ledger, folder: bench.exists("runs") ? ["runs"] + files : [])
    }

    /// Runs, expects this status and that nothing was touched.
    private func expectUntouched(
      _ status: Records.ExitStatus, _ arguments: String..., location: SourceLocation = #_sourceLocation
    ) throws -> String {
      let before = try state()
      let ended = try bench.start(["run"] + arguments + ["--progress", "none"]).wait()
      let output = (ended.output + ended.errors).replacing(bench.folder + "/", with: "")
      #expect(ended.status == status.rawValue, "\(output)", sourceLocation: location)
      #expect(!output.contains("resume:"), "\(output)", sourceLocation: location)
      #expect(try state() == before, "\(output)", sourceLocation: location)
      return output
    }

    private func codes(_ output: String) -> [Substring] {
      output.matches(of: /\[([a-z]+\.[a-zA-Z]+)\]/).map(\.1)
    }

    // MARK: - By code

    private struct Case: Sendable {
      var status = Records.ExitStatus.pipeline
      var pipeline = yaml(["id int4", "name text"])
      var command = "run"
      var arguments = ["p.yaml"]
    }

    /// The errors whose status says that nothing was touched.
    private static let cases: [String: Case] = [
      "pipeline.invalid": Case(pipeline: yaml(["id int4"], rules: ["rule: pattern, of: id, pattern: a"])),
      "pipeline.unreadable": Case(arguments: ["none.yaml"]),
      "validate.rule": Case(pipeline: yaml(["id price", "name text"], rules: ["rule: pattern, of: id, pattern: a"])),
      "command.usage": Case(status: .usage, command: "explain", arguments: ["nothing"]),
      "run.dataset": Case(status: .usage, arguments: ["p.yaml", "--dataset", "nothing"]),
      "postgres.settings": Case(
        status: .usage, pipeline: yaml(["id int4"], target: "postgresql://me@[::1/nowhere")),
    ]

    @Test("is tried with every error whose status says that nothing was touched")
    func everyCode() {
      let codes = Catalogue.errors.filter { $0.topic == .error(.usage) || $0.topic == .error(.pipeline) }.map(\.code)
      #expect(codes.sorted() == Self.cases.keys.sorted())
    }

    @Test("leaves everything as it was, before the first run and after others", arguments: cases.keys.sorted())
    func byCode(_ code: String) throws {
      let tried = try #require(Self.cases[code])
      try bench.sql("CREATE DOMAIN price AS int4")
      if code == "validate.rule" { try bench.sql("ALTER TABLE things ALTER id TYPE price") }
      try bench.write(tried.pipeline, to: "p.yaml")
      func expect() throws {
        let before = try state()
        let ended = try bench.start([tried.command] + tried.arguments).wait()
        #expect(ended.status == tried.status.rawValue, "\(ended.output)")
        #expect((ended.output + ended.errors).contains("[\(code)]"), "\(ended.output + ended.errors)")
        #expect(try state() == before)
      }
      try expect()
      try bench.write(yaml(["id int4"], into: "{ table: others, create: true }"), to: "others.yaml")
      #expect(try bench.sluice("run", "others.yaml").status == 0)
      try expect()
    }

    // MARK: - Sources

    @Test(
      "leaves the table alone when the source is not what the format says",
      arguments: [
        ("source.missing", nil, "auto"), ("source.encoding", [0xFF, 0xFE, 0x5B, 0, 0x5D, 0], "auto"),
        ("source.empty", [], "array"), ("source.malformed", Array("x".utf8), "auto"),
        ("source.truncated", Array(#"[{"id": 3"#.utf8), "auto"),
        ("source.pointer", Array(#"{"id": 3}"#.utf8), "array"), ("source.packed", Array("PK\u{3}\u{4}".utf8), "auto"),
        ("source.damaged", [0x1F, 0x8B, 0, 0], "auto"),
      ] as [(String, [UInt8]?, String)])
    func source(_ code: String, _ bytes: [UInt8]?, _ format: String) throws {
      if let bytes { try bench.write(bytes, to: "data.json") }
      try bench.write(
        yaml(["id int4", "name text"], from: "{ file: data.json, format: \(format) }"), to: "p.yaml")
      for arguments in [["p.yaml"], ["p.yaml", "--dry-run"], ["p.yaml", "--to", "validate"]] {
        let before = try state()
        let ended = try bench.start(["run"] + arguments).wait()
        #expect(ended.status == Records.ExitStatus.source.rawValue, "\(ended.output)")
        #expect(codes(ended.errors) == [code[...]])
        #expect(ended.output.contains("public.things is unchanged\n") || arguments.contains("--to"))
        #expect(!ended.output.contains("resume:") && !ended.output.contains("files:"))
        #expect(try state() == before)
      }
    }

    @Test("does not read a pipe before everything else fits")
    func pipe() throws {
      try bench.write(
        yaml(["id int4", "name text"], from: "{ file: \"-\" }")
          + second(columns: ["{ column: id, type: int4, at: /id }"]),
        to: "p.yaml")
      let input = try FileHandle(forReadingFrom: URL(filePath: bench.path("things.json")))
      #expect(try bench.start(["run", "p.yaml"], input: input).wait().status == Records.ExitStatus.schema.rawValue)
      #expect(try input.offset() == 0)
      #expect(
        try bench.start(["run", "p.yaml", "--dataset", "things"], input: input).wait().status == 0)
      #expect(try bench.count() == 1)
    }

    // MARK: - Several datasets

    /// Another dataset of the pipeline, for the table `others`, which is not there.
    private func second(
      _ name: String = "others", file: String = "things.json", into: String = "table: others", columns: [String],
      rules: [String] = []
    ) -> String {
      """
        - dataset: \(name)
          from: { file: \(file) }
          into: { \(into) }
          columns: [\(columns.joined(separator: ", "))]
          rules: [\(rules.joined(separator: ", "))]

      """
    }

    private static let id = "{ column: id, type: int4, at: /id }"

    @Test("finds out about the second dataset before the first is emptied")
    func secondDataset() throws {
      try bench.sql("CREATE DOMAIN price AS int4; CREATE TABLE others (id price)")
      let first = yaml(["id int4", "name text"])
      try bench.write(
        first
          + second(
            columns: ["{ column: id, type: price, at: /id }"], rules: ["{ rule: pattern, of: id, pattern: a }"]),
        to: "p.yaml")
      let rule = try expectUntouched(.pipeline, "p.yaml")
      #expect(codes(rule) == ["validate.rule"] && rule.contains("line 13"), "\(rule)")
      #expect(rule.contains("public.others and public.things are unchanged\n"))
      try bench.write(first + second(file: "none.json", columns: [Self.id]), to: "p.yaml")
      #expect(
        codes(try expectUntouched(.source, "p.yaml", "--dataset", "things", "--dataset", "others")).first
          == "source.missing")
      try bench.sql("DROP TABLE others")
      try bench.write(first + second(columns: [Self.id]), to: "p.yaml")
      let table = try expectUntouched(.schema, "p.yaml")
      #expect(codes(table) == ["run.table"])
      #expect(table.contains("public.things is unchanged\n"), "no word of a table that is not there")
    }

    @Test("tells all problems at once, first those that the user corrects first, also as JSON and of a dry run")
    func allAtOnce() throws {
      try bench.sql(
        "CREATE DOMAIN price AS int4; ALTER TABLE things ALTER id TYPE price; CREATE TABLE more (id int4)")
      try bench.write(
        yaml(["id price", "name text"], rules: ["rule: pattern, of: id, pattern: a", "rule: date, of: id"])
          + second(columns: [Self.id]) + second("more", file: "none.json", into: "table: more", columns: [Self.id]),
        to: "p.yaml")
      let expected: [Substring] = ["validate.rule", "validate.rule", "source.missing", "run.table"]
      #expect(codes(try expectUntouched(.pipeline, "p.yaml")) == expected)
      #expect(codes(try expectUntouched(.pipeline, "p.yaml", "--dry-run")) == expected)
      let away = bench.sluiceEnvironment.merging(["PGHOST": "/nowhere"]) { $1 }
      let ended = try bench.start(["run", "p.yaml", "--json"], environment: away).wait()
      let report = try #require(try JSONSerialization.jsonObject(with: Data(ended.output.utf8)) as? [String: Any])
      let problems = try #require(report["problems"] as? [[String: Any]])
      #expect(problems.map { $0["code"] as? String } == ["source.missing", "postgres.unreachable"])
      #expect(report["exit"] as? Int32 == Records.ExitStatus.source.rawValue)
      #expect(report["unchanged"] as? [String] == ["public.more", "public.others", "public.things"])
    }

    @Test("asks the server whether a table can be made, without making it")
    func creation() throws {
      for (column, into) in [
        ("id nothing", "{ table: made, create: true }"), ("id json", "{ table: made, create: true, key: id }"),
        ("id int4", "{ table: made, schema: nowhere, create: true }"),
      ] {
        try bench.write(yaml([column, "name text"], into: into), to: "p.yaml")
        let output = try expectUntouched(.schema, "p.yaml")
        #expect(!output.contains("unchanged"), "\(output)")
        #expect(try bench.scalar("SELECT to_regclass('made')::text") == nil)
      }
      try bench.write(
        yaml(["id int4"], into: "{ table: made, create: true }") + second(into: "table: made", columns: [Self.id]),
        to: "p.yaml")
      #expect(try bench.sluice("run", "p.yaml").status == 0, "the second finds the table that the first one makes")
      #expect(try bench.count("made") == 2)
    }

    @Test("refuses an id that is taken, and folders that cannot be archived")
    func folders() throws {
      try bench.write(yaml(["id int4"], into: "{ table: others, create: true }"), to: "others.yaml")
      #expect(try bench.sluice("run", "others.yaml", "--run-id", "first").status == 0)
      try bench.write(yaml(["id int4", "name text"]), to: "p.yaml")
      #expect(codes(try expectUntouched(.refused, "p.yaml", "--run-id", "first")) == ["run.taken"])
      try bench.write("backup: { include: [./none] }\n" + yaml(["id int4", "name text"]), to: "p.yaml")
      #expect(codes(try expectUntouched(.storage, "p.yaml")) == ["archive.read"])
    }
  }
}
