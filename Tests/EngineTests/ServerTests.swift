import Engine
import Postgres
import Records
import Reports
import TestSupport
import Testing

extension EndToEnd {
  /// What the server, the database, the role or the table brings along must not change what is loaded or proved.
  @Suite("Servers") struct Servers {
    private let bench: Workbench

    init() throws { bench = try Workbench() }

    @Test("settings of database and role that change how values are read or printed change nothing here")
    func settings() async throws {
      let settings = [
        "bytea_output = escape", "datestyle = 'SQL, DMY'", "intervalstyle = postgres_verbose",
        "extra_float_digits = -10",
        "timezone = 'Asia/Kathmandu'", "standard_conforming_strings = off", "escape_string_warning = off",
        "array_nulls = off", "search_path = nowhere", "quote_all_identifiers = on", "synchronous_commit = off",
        "default_transaction_isolation = serializable", "client_encoding = LATIN1", "row_security = off",
        "default_transaction_deferrable = on", "transform_null_equals = on",
      ]
      try bench.sql(TypeSample.prelude)
      try bench.sql(TypeSample.table(", PRIMARY KEY (id)"))
      try bench.write(TypeSample.source)
      let name = try #require(bench.database.settings.database)
      for setting in settings { try bench.sql("ALTER DATABASE \(name) SET \(setting)") }
      let pipeline = yaml(TypeSample.columns, into: "{ table: things, mode: replace, key: id }")
      try expectVerified(try await bench.run(pipeline), rows: 4)
      try expectVerified(try await bench.verify(pipeline), rows: 4)
      // The second run reads the table before it, inside its own transaction.
      let append = yaml(
        TypeSample.columns.map { $0 == "id int8" ? "id int8, at: /none" : $0 } + ["place int8, at: $ordinal"],
        into: "{ table: others, mode: append, create: true }")
      for _ in 0..<2 { try expectVerified(try await bench.run(append), rows: 4) }
    }

    @Test("a session in which foreign keys are not checked is named in the result")
    func replicationRole() async throws {
      let name = try #require(bench.database.settings.database)
      try bench.sql(
        """
        CREATE TABLE owners (id int4 PRIMARY KEY); CREATE TABLE things (id int4, owner int4 REFERENCES owners);
        ALTER DATABASE \(name) SET session_replication_role = replica
        """)
      try bench.write(#"[{"id": 1, "owner": 9}]"#)
      let report = try await bench.run(yaml(["id int4", "owner int4"], into: "{ table: things, mode: append }"))
      try expectVerified(report, rows: 1)
      #expect(report.notes.count == 1 && report.notes[0].contains("foreign keys were not checked"))
    }

    @Test("a partitioned table, an identity column, defaults, rules and indexes of the table are no obstacle")
    func tables() async throws {
      try bench.sql(
        """
        CREATE TABLE things (
          id int4 GENERATED ALWAYS AS IDENTITY, kind text NOT NULL, at timestamptz DEFAULT now(), n numeric DEFAULT 7,
          double int4 GENERATED ALWAYS AS (length(kind) * 2) STORED, PRIMARY KEY (id, kind)
        ) PARTITION BY LIST (kind);
        CREATE TABLE things_a PARTITION OF things FOR VALUES IN ('a');
        CREATE TABLE things_rest PARTITION OF things DEFAULT;
        CREATE INDEX ON things (n);
        """)
      try bench.write(#"[{"kind": "a", "n": 1}, {"kind": "b", "n": null}, {"kind": "a"}]"#)
      let pipeline = yaml(["kind text", "n numeric"])
      let report = try await bench.run(pipeline)
      try expectVerified(report, rows: 3)
      #expect(
        try bench.rows("SELECT n FROM ONLY things_a ORDER BY n") == [["1"], [nil]], "missing is NULL, no default")
      #expect(try part(report).uncompared == ["id", "at", "double"])
      try bench.sql("UPDATE things SET n = 2 WHERE kind = 'b'")
      expectFailed(try await bench.verify(pipeline), .integrity, "run.parity")
    }

    @Test("rows that a child table inherits to the target are not taken for its own")
    func inheritance() async throws {
      try bench.sql(
        "CREATE TABLE things (id int4); CREATE TABLE child () INHERITS (things); INSERT INTO child VALUES (9)")
      try bench.write(#"[{"id": 1}]"#)
      let pipeline = yaml(["id int4"], into: "{ table: things, mode: append }")
      try expectVerified(try await bench.run(pipeline), rows: 1)
      try expectVerified(try await bench.verify(pipeline), rows: 1)
    }

    @Test("a database in another encoding than UTF-8 is refused before anything is written")
    func encoding() async throws {
      let name = "\(bench.database.settings.database ?? "")_latin"
      try bench.sql("CREATE DATABASE \(name) ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0")
      try bench.write(#"[{"id": 1}]"#)
      let report = try await bench.run(yaml(["id int4"], into: created)) { $0.environment["PGDATABASE"] = name }
      try bench.sql("DROP DATABASE \(name) WITH (FORCE)")
      expectFailed(report, .database, "run.server")
      #expect(report.error?.message.contains("LATIN1") == true)
      #expect(!bench.exists("runs"))
    }

    @Test("a read-only database is refused, and a role without privileges is told which it lacks")
    func privileges() async throws {
      let name = try #require(bench.database.settings.database)
      let role = "role_\(name)"
      try bench.write(#"[{"id": 1}]"#)
      try bench.sql("CREATE TABLE things (id int4); INSERT INTO things VALUES (-1); CREATE ROLE \(role) LOGIN")
      let pipeline = yaml(["id int4"])
      func asRole(_ options: inout RunOptions) { options.environment["PGUSER"] = role }
      let stranger = try await bench.run(pipeline, asRole)
      try bench.sql("GRANT CREATE ON DATABASE \(name) TO \(role); GRANT SELECT ON things TO \(role)")
      let reader = try await bench.run(pipeline, asRole)
      try bench.sql("GRANT INSERT, TRUNCATE ON things TO \(role)")
      let writer = try await bench.run(pipeline, asRole)
      try bench.sql("ALTER DATABASE \(name) SET default_transaction_read_only = on")
      let readOnly = try await bench.run(pipeline)
      try bench.sql("SET default_transaction_read_only = off; DROP OWNED BY \(role) CASCADE; DROP ROLE \(role)")
      expectFailed(stranger, .schema, "load.schema")
      #expect(stranger.errors.map(\.code) == ["load.schema", "load.grants"])
      #expect(stranger.errors.last?.remedy?.hasSuffix("CREATE SCHEMA sluice AUTHORIZATION \(role)") == true)
      expectFailed(reader, .schema, "load.schema")
      #expect(reader.error?.message.contains("may not INSERT") == true)
      #expect(reader.error?.message.contains("may not TRUNCATE") == true)
      try expectVerified(writer, rows: 1)
      expectFailed(readOnly, .database, "run.server")
    }

    @Test("each mode asks for the rights that README names, and for no other")
    func leastPrivilege() async throws {
      let name = try #require(bench.database.settings.database)
      let role = "role_\(name)"
      try bench.write(#"[{"id": 1, "n": 1}]"#)
      try bench.sql(
        """
        CREATE TABLE things (id int4 PRIMARY KEY, n int4); CREATE ROLE \(role) LOGIN; CREATE SCHEMA sluice AUTHORIZATION \(role)
        """)
      for (mode, rights) in [
        ("append", "SELECT, INSERT"), ("replace", "SELECT, INSERT, TRUNCATE"), ("upsert", "SELECT, INSERT, UPDATE"),
        ("sync", "SELECT, INSERT, UPDATE, DELETE"),
      ] {
        try bench.sql("REVOKE ALL ON things FROM \(role); GRANT \(rights) ON things TO \(role)")
        let pipeline = yaml(["id int4", "n int4"], into: "{ table: things, mode: \(mode), key: id }")
        try expectVerified(try await bench.run(pipeline) { $0.environment["PGUSER"] = role }, rows: 1)
      }
      try bench.sql("DROP OWNED BY \(role) CASCADE; DROP ROLE \(role)")
    }

    @Test("rights on the schema and on a serial column's sequence are asked for before the table is emptied")
    func surroundingRights() async throws {
      let name = try #require(bench.database.settings.database)
      let role = "role_\(name)"
      try bench.write(#"[{"id": 1}]"#)
      try bench.sql(
        """
        CREATE ROLE \(role) LOGIN; CREATE SCHEMA sluice AUTHORIZATION \(role); CREATE SCHEMA own;
        CREATE TABLE own.things (id int4, number serial); INSERT INTO own.things VALUES (-1);
        GRANT SELECT, INSERT, TRUNCATE ON own.things TO \(role)
        """)
      let pipeline = yaml(["id int4"], into: "{ table: things, schema: own, mode: replace }")
      let asRole: (inout RunOptions) -> Void = { $0.environment["PGUSER"] = role }
      let stranger = try await bench.run(pipeline, asRole)
      try bench.sql("GRANT USAGE ON SCHEMA own TO \(role)")
      let withoutSequence = try await bench.run(pipeline, asRole)
      #expect(try bench.rows("SELECT id FROM own.things") == [["-1"]])
      try bench.sql("GRANT USAGE ON SEQUENCE own.things_number_seq TO \(role)")
      try expectVerified(try await bench.run(pipeline, asRole), rows: 1)
      try bench.sql("DROP OWNED BY \(role) CASCADE; DROP ROLE \(role)")
      expectFailed(stranger, .schema, "load.schema")
      #expect(stranger.error?.message.contains("this role may not use schema own") == true)
      expectFailed(withoutSequence, .schema, "load.schema")
      #expect(withoutSequence.error?.message.contains("column number: this role may not use the sequence") == true)
    }
  }
}
