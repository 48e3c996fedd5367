import Engine
import Foundation
import Postgres
import Records
import Reports
import TestSupport
import Testing

extension EndToEnd {
  /// Tables whose columns are no longer the pipeline's.
  @Suite("A table that Sluice made") struct MadeTables {
    private let bench: Workbench
    private let first = yaml(["id int4", "name text"], into: created)
    private let second = yaml(["id int8", "name text[]", "more text"], into: created)

    init() throws {
      bench = try Workbench()
      try bench.write("[]")
    }

    private func columns() throws -> [[String?]] {
      try bench.rows(
        "SELECT attname, format_type(atttypid, atttypmod) FROM pg_attribute WHERE attrelid = 'things'::regclass AND attnum > 0 "
          + "AND NOT attisdropped ORDER BY attnum")
    }

    private let made = [["id", "integer"], ["name", "text"]]
    private let again = [["id", "bigint"], ["name", "text[]"], ["more", "text"]]

    @Test("and that has no rows is made again with the pipeline's columns, as often as they change")
    func empty() async throws {
      try expectVerified(try await bench.run(first), rows: 0)
      try bench.write(#"[{"id": 1, "name": ["a"]}]"#)
      try expectVerified(try await bench.run(second), rows: 1)
      #expect(try columns() == again)
      try bench.sql("TRUNCATE things")
      let keyed = yaml(["id int4"], into: "{ table: things, mode: upsert, key: [id], create: true }")
      try expectVerified(try await bench.run(keyed), rows: 1)
      #expect(try columns() == [["id", "integer"]])
    }

    @Test("is left as it is by a dry run, which checks the rows for the table that would be made")
    func dryRun() async throws {
      try expectVerified(try await bench.run(first), rows: 0)
      try bench.write(#"[{"id": 1, "name": ["a"]}]"#)
      let report = try await bench.run(second) { $0.isDryRun = true }
      #expect(report.outcome == .dryRun && report.exit == 0)
      #expect(try columns() == made)
    }

    @Test("stays where the run ends before it has prepared the new one")
    func undone() async throws {
      try expectVerified(try await bench.run(first), rows: 0)
      let oid = try bench.scalar("SELECT 'things'::regclass::oid")
      try bench.sql("CREATE TYPE pair AS (a int4, b int4)")
      let report = try await bench.run(yaml(["id pair"], into: created))
      expectFailed(report, .schema, "load.schema")
      #expect(try bench.scalar("SELECT 'things'::regclass::oid") == oid)
      #expect(try columns() == made)
    }

    @Test(
      "is not made again once somebody has changed it or made something that depends on it: the ALTER commands are printed",
      arguments: [
        "INSERT INTO things VALUES (1, 'a')", "ALTER TABLE things ADD seen timestamptz", "CREATE INDEX ON things (id)",
        "CREATE VIEW seen AS SELECT * FROM things", "GRANT SELECT ON things TO PUBLIC",
        "COMMENT ON COLUMN things.id IS 'mine'", "ALTER TABLE things ALTER name SET DEFAULT 'x'",
        "ALTER TABLE things ADD CHECK (id > 0)", "CREATE FUNCTION f(things) RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "CREATE TRIGGER t BEFORE INSERT ON things EXECUTE FUNCTION suppress_redundant_updates_trigger()",
        "ALTER TABLE things ADD UNIQUE (id); CREATE TABLE child (id int4 REFERENCES things (id))",
        "CREATE TABLE child () INHERITS (things)", "CREATE PUBLICATION p FOR TABLE things",
        "DROP TABLE things; CREATE TABLE things (id int4, name text)",
      ])
    func changed(_ change: String) async throws {
      try expectVerified(try await bench.run(first), rows: 0)
      try bench.sql(change)
      let (oid, before) = (try bench.scalar("SELECT 'things'::regclass::oid"), try columns())
      let report = try await bench.run(second)
      expectFailed(report, .schema, "load.schema")
      #expect(try bench.scalar("SELECT 'things'::regclass::oid") == oid)
      #expect(try columns() == before)
      #expect(
        report.error?.remedy?.hasSuffix(
          #"; for the table: ALTER TABLE "public"."things" ALTER COLUMN "id" TYPE int8 USING "id"::int8; "#
            + #"ALTER TABLE "public"."things" ALTER COLUMN "name" TYPE text[] USING ARRAY["name"]::text[]; "#
            + #"ALTER TABLE "public"."things" ADD COLUMN "more" text"#) == true, "\(report.error as Any)")
    }

    // MARK: - The commands

    struct Change: Sendable, CustomTestStringConvertible {
      var table: String
      var columns: [String]
      var mode = "append"
      var value: String?
      var testDescription: String { "\(table) \(columns)" }
    }

    private static let changes = [
      Change(table: "(id int4, v int4)", columns: ["v int8"], value: "7"),
      Change(table: "(id int4, v text)", columns: ["v int4"], value: "7"),
      Change(table: "(id int4, v text)", columns: ["v jsonb"], value: "7"),
      Change(table: "(id int4, v int4)", columns: ["v jsonb"], value: "7"),
      Change(table: "(id int4, v int4[])", columns: ["v jsonb"], value: "[7]"),
      Change(table: "(id int4, v int4)", columns: ["v text[]"], value: "{7}"),
      Change(table: "(id int4, v timestamptz)", columns: ["v date"], value: "2024-01-02"),
      Change(table: "(id int4, v text)", columns: ["v mood"], value: "ok"),
      Change(table: "(id int4, v text, w text NOT NULL)", columns: ["v text"], value: "7"),
      Change(table: "(id int4, v int4)", columns: ["v int4", "w numeric"], value: "7"),
      Change(table: "(id int4, v int4)", columns: ["v int4"], mode: "upsert, key: [id]", value: "7"),
      Change(table: "(id int4, u int4, v int4 GENERATED ALWAYS AS (7) STORED)", columns: ["v int4"]),
    ]

    @Test("or anybody else: the commands that are printed bring it to the pipeline, rows and all", arguments: changes)
    func commands(_ change: Change) async throws {
      try bench.sql("CREATE TYPE mood AS ENUM ('ok'); CREATE TABLE things \(change.table)")
      if let value = change.value {
        let literal = value == "[7]" ? "'{7}'" : "'\(value == "{7}" ? "7" : value)'"
        try bench.sql("INSERT INTO things VALUES (0, \(literal)\(change.table.contains("w text NOT") ? ", ''" : ""))")
      }
      let pipeline = yaml(["id int4"] + change.columns, into: "{ table: things, mode: \(change.mode) }")
      let refused = try await bench.run(pipeline)
      expectFailed(refused, .schema, "load.schema")
      let commands = try #require(refused.error?.remedy?.split(separator: "; for the table: ").last)
      try bench.sql(String(commands))
      try expectVerified(try await bench.run(pipeline), rows: 0)
      if let value = change.value { #expect(try bench.scalar("SELECT v FROM things WHERE id = 0") == value) }
    }
  }
}
