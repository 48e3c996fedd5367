import Load
import PipelineSpec
import Postgres
import Records
import TestSupport
import Testing

extension OnServer {
  /// What publishing does to a table, mode by mode.
  @Suite("Publication") struct PublicationTests {
    private let bench: PublishBench

    init() throws { bench = try PublishBench() }

    @Test("upsert inserts what is missing, updates what differs, and does not write again what is equal")
    func upsert() throws {
      try bench.sql(
        """
        CREATE TABLE things (id int4 PRIMARY KEY, note text, extra text DEFAULT 'x', doubled int4 GENERATED ALWAYS AS (id * 2) STORED);
        INSERT INTO things VALUES (1, 'one', 'kept'), (2, 'two', 'kept'), (3, 'three', 'kept');
        """)
      let before = try bench.rows("SELECT ctid, xmin FROM things WHERE id = 1")
      let published = try bench.publish(
        bench.spec(["note text", "id int4"], key: ["id"]), "VALUES ('one', 1), (NULL, 2), ('four', 4)")
      #expect(published.counts == PublishCounts(inserted: 1, updated: 1, unchanged: 1))
      #expect(published.rows == [#"\N|2"#, "four|4", "one|1"], "only the rows of the source are compared")
      #expect(
        try bench.rows("SELECT id, note, extra, doubled FROM things ORDER BY id")
          == [
            ["1", "one", "kept", "2"], ["2", nil, "kept", "4"], ["3", "three", "kept", "6"], ["4", "four", "x", "8"],
          ])
      #expect(try bench.rows("SELECT ctid, xmin FROM things WHERE id = 1") == before)
      #expect(try bench.scalar("SELECT count(*) FROM pg_class WHERE relname LIKE 'staging%'") == "0")
    }

    @Test("sync deletes what the source does not have, and gives those rows out first, whole")
    func sync() throws {
      try bench.sql(
        """
        CREATE TABLE things (id int4, lang text, note text, extra text, size int4 GENERATED ALWAYS AS (id + 1) STORED,
          PRIMARY KEY (lang, id));
        INSERT INTO things VALUES (1, 'de', 'a', 'x'), (1, 'en', 'b', E'tab\\there'), (2, 'de', NULL, NULL), (3, 'en', 'd', 'z');
        """)
      let spec = bench.spec(["id int4", "lang text", "note text"], key: ["id", "lang"], mode: .sync)
      let published = try bench.publish(spec, "VALUES (1, 'de', 'a'), (3, 'en', 'D'), (4, 'en', 'e')")
      #expect(published.counts == PublishCounts(inserted: 1, updated: 1, unchanged: 1, deleted: 2))
      #expect(published.deleted == [#"1|en|b|tab\there"#, #"2|de|\N|\N"#])
      #expect(published.rows == ["1|de|a", "3|en|D", "4|en|e"])
      #expect(try bench.rows("SELECT id, extra FROM things ORDER BY id") == [["1", "x"], ["3", "z"], ["4", nil]])
    }

    @Test("append and replace with repeated keys add the chosen rows")
    func repeated() throws {
      try bench.sql("CREATE TABLE things (id int4, note text); INSERT INTO things VALUES (9, 'old')")
      let values = "VALUES (1, 'a', 10), (2, 'b', 11), (1, 'c', 12), (1, 'd', 30)"
      let first = try bench.publish(
        bench.spec(["id int4", "note text"], key: ["id"], mode: .append, repeated: .first), values)
      #expect(first.counts == PublishCounts(inserted: 2, repeated: 2))
      #expect(first.superseded == ["1|c", "1|d"])
      #expect(first.rows == ["1|a", "2|b"], "an append compares what it wrote")
      let last = try bench.publish(
        bench.spec(["id int4", "note text"], key: ["id"], mode: .replace, repeated: .last), values)
      #expect(last.counts == PublishCounts(inserted: 2, repeated: 2))
      #expect(last.superseded == ["1|a", "1|c"])
      #expect(last.rows == ["1|d", "2|b"])
      #expect(try Ledger.superseded(run: "run-1", dataset: "things", on: bench.connection).sorted() == [12, 30])
      #expect(try Ledger.superseded(run: "run-2", dataset: "things", on: bench.connection).sorted() == [10, 12])
    }

    @Test("upsert with repeated keys takes the last one", arguments: [Destination.Mode.upsert, .sync])
    func repeatedUpsert(mode: Destination.Mode) throws {
      try bench.sql(
        "CREATE TABLE things (id int4 PRIMARY KEY, note text); INSERT INTO things VALUES (1, 'x'), (2, 'b')")
      let published = try bench.publish(
        bench.spec(["id int4", "note text"], key: ["id"], mode: mode, repeated: .last),
        "VALUES (1, 'a', 0), (2, 'b', 1), (1, 'c', 2)")
      #expect(published.counts == PublishCounts(updated: 1, unchanged: 1, repeated: 1))
      #expect(published.rows == ["1|c", "2|b"])
    }

    @Test("rows are told apart by their bytes: -0, scale, json, letters that a collation calls equal")
    func bytes() throws {
      try bench.sql(
        """
        CREATE COLLATION lax (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
        CREATE TYPE mood AS ENUM ('sad', 'glad');
        CREATE DOMAIN short AS varchar(5) CHECK (VALUE <> 'never');
        CREATE TABLE things (id text COLLATE lax PRIMARY KEY, f float8, n numeric, j json, b jsonb, m mood, a int4[], s short);
        INSERT INTO things VALUES
          ('a', 0, 1.0, '{"x": 1}', '{"x": 1}', 'sad', '{1,NULL}', 'x'),
          ('b', 0, 1.0, '{"x": 1}', '{"x": 1}', 'sad', '{1,NULL}', 'x'),
          ('c', 0, 1.0, '{"x": 1}', '{"x": 1}', 'sad', '{1,NULL}', 'x'),
          ('d', 0, 1.0, '{"x": 1}', '{"x": 1}', 'sad', '{1,NULL}', 'x'),
          ('e', 0, 1.0, '{"x": 1}', '{"x": 1}', 'sad', '{1,NULL}', 'x');
        """)
      let spec = bench.spec(
        ["id text", "f float8", "n numeric", "j json", "b jsonb", "m mood", "a int4[]", "s short"], key: ["id"])
      let published = try bench.publish(
        spec,
        """
        VALUES ('a'::text, '-0'::float8, 1.0, '{"x": 1}'::json, '{"x": 1}'::jsonb, 'sad'::public.mood, '{1,NULL}'::int4[], 'x'),
          ('b', 0, 1.00, '{"x": 1}', '{"x": 1}', 'sad', '{1,NULL}', 'x'),
          ('c', 0, 1.0, '{"x":1}', '{"x":1}', 'sad', '{1,NULL}', 'x'),
          ('D', 0, 1.0, '{"x": 1}', '{"x": 1}', 'sad', '{1,NULL}', 'x'),
          ('e', 0, 1.0, '{"x": 1}', '{"x": 1}', 'sad', '{1,NULL}', 'x')
        """)
      #expect(published.counts == PublishCounts(updated: 4, unchanged: 1))
      #expect(
        try bench.rows("SELECT id, f, n, j FROM things ORDER BY id")
          == [
            ["a", "-0", "1.0", #"{"x": 1}"#], ["b", "0", "1.00", #"{"x": 1}"#], ["c", "0", "1.0", #"{"x":1}"#],
            ["D", "0", "1.0", #"{"x": 1}"#], ["e", "0", "1.0", #"{"x": 1}"#],
          ])
    }

    @Test("keys that only the database calls equal are refused, or follow `repeated`")
    func keysOfTheDatabase() throws {
      try bench.sql(
        """
        CREATE EXTENSION citext;
        CREATE TABLE things (id citext PRIMARY KEY, note text); INSERT INTO things VALUES ('A', 'old')
        """)
      let columns = ["id text", "note text"]
      let error = expectError(.refused) {
        try bench.publish(bench.spec(columns, key: ["id"]), "VALUES ('a', 'x'), ('A', 'y')")
      }
      #expect(error?.exitStatus == .data)
      let published = try bench.publish(
        bench.spec(columns, key: ["id"], repeated: .last), "VALUES ('a', 'x', 0), ('A', 'y', 1), ('b', 'z', 2)")
      #expect(published.counts == PublishCounts(inserted: 1, updated: 1, repeated: 1))
      #expect(try bench.rows("SELECT * FROM things ORDER BY id") == [["A", "y"], ["b", "z"]])
    }

    @Test("partitioned tables: rows move between partitions, and a row without one is refused")
    func partitions() throws {
      try bench.sql(
        """
        CREATE TABLE things (id int4, day date, PRIMARY KEY (id, day)) PARTITION BY RANGE (id);
        CREATE TABLE low PARTITION OF things FOR VALUES FROM (0) TO (10);
        CREATE TABLE high PARTITION OF things FOR VALUES FROM (10) TO (20);
        ALTER TABLE things ADD COLUMN note text;
        INSERT INTO things VALUES (1, '2024-01-01', 'a'), (12, '2024-01-01', 'b')
        """)
      let spec = bench.spec(["id int4", "day date", "note text"], key: ["id", "day"], mode: .sync)
      let published = try bench.publish(
        spec, "VALUES (1, '2024-01-01'::date, 'A'), (13, '2024-01-01'::date, 'c')")
      #expect(published.counts == PublishCounts(inserted: 1, updated: 1, deleted: 1))
      #expect(try bench.rows("SELECT id, note FROM high") == [["13", "c"]])
      let error = expectError(.refused) {
        try bench.publish(
          spec, "VALUES (99, '2024-01-01'::date, 'A'), (13, '2024-01-01', 'c'), (-1, '2024-01-02', 'b')")
      }
      #expect(
        error?.message.contains("(SQLSTATE 23514); 2 rows have no partition, the first is that of id = ") ?? false)
      #expect(error?.message.contains(", day = 2024-01-0") ?? false)
      #expect(try bench.scalar("SELECT count(*) FROM things") == "2")
    }

    @Test("tables that inherit from the table keep their rows")
    func inheritance() throws {
      try bench.sql(
        """
        CREATE TABLE things (id int4 PRIMARY KEY, note text); CREATE TABLE child () INHERITS (things);
        INSERT INTO things VALUES (1, 'a'), (2, 'b'); INSERT INTO child VALUES (1, 'child'), (7, 'child')
        """)
      let published = try bench.publish(
        bench.spec(["id int4", "note text"], key: ["id"], mode: .sync), "VALUES (1, 'A')")
      #expect(published.counts == PublishCounts(updated: 1, deleted: 1))
      #expect(try bench.rows("SELECT * FROM child ORDER BY id") == [["1", "child"], ["7", "child"]])
    }

    @Test("names that need quotes, an identity column that is always generated, a key that is the only column")
    func names() throws {
      try bench.sql(
        #"""
        CREATE SCHEMA "Odd ""s"; CREATE TABLE "Odd ""s"."select" ("the id" int4 GENERATED ALWAYS AS IDENTITY PRIMARY KEY, "a""b" text);
        CREATE TABLE things (id int4 GENERATED ALWAYS AS IDENTITY UNIQUE);
        """#)
      var odd = bench.spec(
        ["id int4", #"a"b text"#], key: ["the id"], mode: .sync, table: "select", schema: #"Odd "s"#)
      odd.columns[0].name = "the id"
      #expect(try bench.publish(odd, "VALUES (1, 'x'), (2, 'y')").counts == PublishCounts(inserted: 2))
      #expect(
        try bench.publish(odd, "VALUES (1, 'X'), (3, 'y')").counts
          == PublishCounts(inserted: 1, updated: 1, deleted: 1))
      let only = bench.spec(["id int4"], key: ["id"])
      #expect(try bench.publish(only, "VALUES (1), (2)").counts == PublishCounts(inserted: 2))
      #expect(try bench.publish(only, "VALUES (2), (3)").counts == PublishCounts(inserted: 1, unchanged: 1))
    }

    @Test("what one row gives up another may take, and rows may refer to rows that come with them")
    func order() throws {
      try bench.sql(
        """
        CREATE TABLE things (id int4 PRIMARY KEY, mail text UNIQUE, parent int4 REFERENCES things);
        INSERT INTO things VALUES (1, 'a', NULL), (2, 'b', 1), (3, 'c', 2)
        """)
      let published = try bench.publish(
        bench.spec(["id int4", "mail text", "parent int4"], key: ["id"], mode: .sync),
        "VALUES (2, 'a', 4), (3, 'd', 2), (4, 'c', NULL)")
      #expect(published.counts == PublishCounts(inserted: 1, updated: 2, deleted: 1))
      #expect(published.rows == [#"2|a|4"#, "3|d|2", #"4|c|\N"#])
    }

    @Test("constraints that are checked at COMMIT are checked before it")
    func deferred() throws {
      try bench.sql(
        """
        CREATE TABLE parents (id int4 PRIMARY KEY);
        CREATE TABLE things (id int4 PRIMARY KEY, parent int4 CONSTRAINT known REFERENCES parents DEFERRABLE INITIALLY DEFERRED)
        """)
      let error = expectError(.refused) {
        try bench.publish(bench.spec(["id int4", "parent int4"], key: ["id"]), "VALUES (1, 5)")
      }
      #expect(error?.place?.contains("known") ?? false)
      #expect(error?.message.contains("23503") ?? false)
    }

    @Test("a refusal leaves the table and the staged rows, and publishing can be done again")
    func refused() throws {
      try bench.sql("CREATE TABLE things (id int4 PRIMARY KEY, mail text UNIQUE); INSERT INTO things VALUES (1, 'a')")
      let spec = bench.spec(["id int4", "mail text"], key: ["id"])
      let error = expectError(.refused) { try bench.publish(spec, "VALUES (2, 'b'), (3, 'a')") }
      #expect(error?.place == "public.things.things_mail_key" && error?.exitStatus == .data)
      #expect(error?.remedy?.contains("sluice resume run-1") ?? false)
      #expect(try bench.rows("SELECT id FROM things") == [["1"]])
      #expect(try Ledger.published(run: "run-1", dataset: "things", on: bench.connection) == nil)
      try bench.sql("UPDATE things SET mail = 'z'")
      let published = try bench.publish("run-1", spec, try bench.describe("things"))
      #expect(published.counts == PublishCounts(inserted: 2))
      let again = try bench.publish("run-1", spec, try bench.describe("things"))
      #expect(again.counts == published.counts && again.rows.isEmpty, "nothing is published twice")
      #expect(try bench.scalar("SELECT count(*) FROM things") == "3")
    }

    @Test("rows that a trigger skips are seen", arguments: ["INSERT", "UPDATE", "DELETE"])
    func triggers(event: String) throws {
      try bench.sql(
        """
        CREATE TABLE things (id int4 PRIMARY KEY, note text); INSERT INTO things VALUES (1, 'a'), (2, 'b'), (3, 'c');
        CREATE FUNCTION skip() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
        CREATE TRIGGER skip BEFORE \(event) ON things FOR EACH ROW EXECUTE FUNCTION skip();
        """)
      _ = expectError(.count) {
        try bench.publish(
          bench.spec(["id int4", "note text"], key: ["id"], mode: .sync), "VALUES (1, 'A'), (2, 'b'), (4, 'd')")
      }
      #expect(try bench.scalar("SELECT string_agg(note, '' ORDER BY id) FROM things") == "abc")
    }

    @Test("columns of the staging table refuse what the table would refuse")
    func constraints() throws {
      try bench.sql(
        """
        CREATE DOMAIN even AS int4 CHECK (VALUE % 2 = 0);
        CREATE TABLE things (id int4 UNIQUE, n int4 NOT NULL, e even, s varchar(2), hidden int4 DEFAULT 1,
          CHECK (n > id), CHECK (hidden < n), CHECK (n < 100) NO INHERIT)
        """)
      let spec = bench.spec(["id int4", "n int4", "e even", "s text"], key: ["id"])
      let staging = try StagingTable(run: try bench.begin(spec, try bench.describe("things")), of: spec)
      for (values, state) in [
        ("NULL, 1, 2, ''", "23502"), ("1, NULL, 2, ''", "23502"), ("2, 1, 2, ''", "23514"), ("2, 3, 1, ''", "23514"),
        ("2, 100, 2, ''", "23514"), ("2, 3, 2, 'abc'", "22001"), ("2, 3, 2, 'ab'", nil),
      ] as [(String, String?)] {
        var found: String?
        do { try bench.sql("INSERT INTO \(staging.table.quoted) VALUES (\(values))") } catch let error as PostgresError
        {
          found = error.sqlState
        }
        #expect(found == state, "\(values)")
      }
      #expect(
        try bench.scalar("SELECT obj_description('\(staging.table.quoted)'::regclass)")
          == "sluice run run-1, dataset things")
      #expect(staging.table.table.name.utf8.count == 40)
    }
  }
}
