import Load
import PipelineSpec
import Postgres
import Records
import TestSupport
import Testing

extension OnServer {
  @Suite("Indexes made again") struct IndexRebuildTests {
    private let bench: PublishBench
    private var rebuild: IndexRebuild { get throws { try self.rebuild(run: "run-1") } }

    init() throws { bench = try PublishBench() }

    private func rebuild(run: String) throws -> IndexRebuild {
      IndexRebuild(
        run: run, dataset: "things", table: try QualifiedTable(schema: "public", table: "things"), on: bench.connection)
    }

    private func drop(_ rebuild: IndexRebuild) throws -> Int {
      try bench.connection.transaction { try rebuild.drop(from: try bench.describe("things")) }
    }

    /// Everything psql shows of a table's indexes, and what it does not.
    private func catalogue() throws -> [[String?]] {
      try bench.rows(
        """
        SELECT c.relname, pg_get_indexdef(c.oid), pg_get_constraintdef(f.oid), f.condeferrable, f.condeferred, c.reltablespace,
          c.reloptions, i.indisprimary, i.indisreplident, i.indisclustered, obj_description(c.oid, 'pg_class'),
          obj_description(f.oid, 'pg_constraint'), (SELECT array_agg(attstattarget) FROM pg_attribute WHERE attrelid = c.oid)
        FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid LEFT JOIN pg_constraint f ON f.conindid = c.oid AND f.contype <> 'f'
        WHERE i.indrelid = 'things'::regclass
        UNION ALL SELECT conname, pg_get_constraintdef(oid), NULL, condeferrable, condeferred, NULL, NULL, NULL, NULL, NULL,
          obj_description(oid, 'pg_constraint'), convalidated::text, NULL
        FROM pg_constraint WHERE contype = 'f' AND conrelid = 'things'::regclass ORDER BY 1
        """)
    }

    private let table = #"""
      CREATE EXTENSION btree_gist; CREATE EXTENSION pg_trgm;
      CREATE TABLE things (id int4 PRIMARY KEY, mail text, "a""b" text COLLATE "C", place int4, span int4range, parent int4,
        CONSTRAINT "one mail" UNIQUE (mail) INCLUDE (place) WITH (fillfactor = 70) DEFERRABLE INITIALLY DEFERRED,
        CONSTRAINT apart EXCLUDE USING gist (place WITH =, span WITH &&) WITH (fillfactor = 80) WHERE (place > 0),
        FOREIGN KEY (parent) REFERENCES things ON DELETE CASCADE DEFERRABLE);
      CREATE UNIQUE INDEX lax ON things (lower(mail)) WHERE place IS NOT NULL;
      CREATE UNIQUE INDEX nulls ON things (place, parent) NULLS NOT DISTINCT;
      CREATE UNIQUE INDEX identity ON things (id);
      CREATE INDEX "odd ""name" ON things USING btree ("a""b" text_pattern_ops DESC NULLS LAST, (place + 1)) WITH (fillfactor = 50);
      CREATE INDEX trigrams ON things USING gin (mail gin_trgm_ops);
      ALTER INDEX "odd ""name" ALTER COLUMN 2 SET STATISTICS 500;
      ALTER TABLE things REPLICA IDENTITY USING INDEX identity; ALTER TABLE things CLUSTER ON nulls;
      COMMENT ON INDEX trigrams IS 'it''s fast'; COMMENT ON CONSTRAINT "one mail" ON things IS 'one \ each';
      COMMENT ON INDEX "one mail" IS 'of it'; COMMENT ON CONSTRAINT things_pkey ON things IS 'key';
      COMMENT ON CONSTRAINT things_parent_fkey ON things IS 'up';
      """#

    @Test("a reader of the table keeps a constraint waiting, is named, and has nobody queue behind us meanwhile")
    func waiting() throws {
      try bench.sql("CREATE TABLE things (id int4 PRIMARY KEY)")
      let rebuild = try rebuild
      #expect(try drop(rebuild) == 1)
      let reader = try bench.database.connect()
      try reader.executeScript("BEGIN; SELECT FROM things")
      try bench.connection.execute("SET lock_timeout = '40ms'")
      var reasons: [String] = []
      try rebuild.rebuild(
        LockPatience(limit: .seconds(600)) { reason in
          reasons.append(reason)
          #expect(throws: Never.self) { try bench.sql("SELECT FROM things") }
          reader.rollback()
        })
      #expect(reasons.count == 1)
      #expect(reasons.first?.contains("locked by process \(reader.backendPID) (user") ?? false)
    }

    @Test("every kind of index and constraint is dropped and comes back as it was")
    func everything() throws {
      try bench.sql(table)
      let before = try catalogue()
      #expect(before.count == 9)
      let rebuild = try rebuild
      #expect(try drop(rebuild) == 9)
      #expect(try catalogue().isEmpty)
      try bench.sql("INSERT INTO things VALUES (1, 'a', 'x', 1, '[1,5)', NULL), (2, 'b', 'y', 2, '[1,5)', 1)")
      var names: [String] = []
      try rebuild.rebuild { names.append($0) }
      #expect(try catalogue() == before)
      #expect(names.last == "things_parent_fkey" && names.count == 9)
      try rebuild.rebuild { _ in Issue.record("made twice") }
      try self.rebuild(run: "run-2").checkNoneOutstanding()
    }

    @Test("an index lies in its tablespace again, and what has none does not move into the session's")
    func tablespaces() throws {
      try bench.sql(
        "CREATE TABLE things (id int4 PRIMARY KEY USING INDEX TABLESPACE pg_default, n int4); CREATE INDEX n ON things (n)"
      )
      let rebuild = try rebuild
      let before = try catalogue()
      _ = try drop(rebuild)
      try bench.connection.execute("SET default_tablespace = 'pg_default'")
      try rebuild.rebuild()
      #expect(try catalogue() == before)
      #expect(try bench.connection.query("SHOW default_tablespace").scalar == "pg_default")
    }

    @Test("rows that break an index are an error with its name; corrected, the rest is made")
    func duplicate() throws {
      try bench.sql("CREATE TABLE things (id int4 PRIMARY KEY, n int4); CREATE UNIQUE INDEX n ON things (n)")
      let rebuild = try rebuild
      let before = try catalogue()
      _ = try drop(rebuild)
      try bench.sql("INSERT INTO things VALUES (1, 1), (2, 1)")
      let error = expectError(.index) { try rebuild.rebuild() }
      #expect(error?.message.hasPrefix("n cannot be made again") ?? false)
      #expect(error?.exitStatus == .data && error?.remedy?.contains("sluice resume run-1") ?? false)
      #expect(try catalogue().map { $0[0] } == ["things_pkey"])
      let refusal = expectError(.schema) { try self.rebuild(run: "run-2").checkNoneOutstanding() }
      #expect(refusal?.message.contains("run-1") ?? false)
      try bench.sql("UPDATE things SET n = id")
      try rebuild.rebuild()
      #expect(try catalogue() == before)
    }

    @Test("a run takes over what another one dropped and did not make again")
    func adopted() throws {
      try bench.sql("CREATE TABLE things (id int4 PRIMARY KEY, n int4); CREATE INDEX n ON things (n)")
      let before = try catalogue()
      #expect(try drop(rebuild) == 2)
      try bench.sql("CREATE INDEX late ON things (n, id)")
      let second = try rebuild(run: "run-2")
      #expect(try drop(second) == 3)
      try second.rebuild()
      #expect(try catalogue().map { $0[0] } == ["late", "n", "things_pkey"])
      #expect(try catalogue().filter { $0[0] != "late" } == before)
      try rebuild.checkNoneOutstanding()
    }

    @Test("a catalogue that is not what it was is an error that names the index")
    func changed() throws {
      try bench.sql("CREATE TABLE things (id int4 PRIMARY KEY, n int4); CREATE INDEX n ON things (n)")
      let rebuild = try rebuild
      _ = try drop(rebuild)
      try bench.sql("CREATE INDEX added ON things (n)")
      let error = expectError(.schema) { try rebuild.rebuild() }
      #expect(error?.message.hasSuffix("before the load: added") ?? false)
      #expect(error?.exitStatus == .schema)
    }

    @Test("an index that other objects depend on is not dropped, and nothing is")
    func dependent() throws {
      try bench.sql(
        """
        CREATE TABLE things (id int4 PRIMARY KEY, n int4); CREATE INDEX n ON things (n);
        CREATE VIEW grouped AS SELECT id, n FROM things GROUP BY id
        """)
      let before = try catalogue()
      let rebuild = try rebuild
      let error = expectError(.schema) { try drop(rebuild) }
      #expect(error?.message.hasPrefix("things_pkey cannot be dropped") ?? false)
      #expect(try catalogue() == before)
    }

    private func plant(_ definition: String, kind: String = "index", writer: String = "DEFAULT") throws {
      try bench.sql(
        """
        INSERT INTO sluice.rebuilds VALUES ('x', 'y', 0, 'public.things', '\(kind)', 'i', '\(definition)', NULL, NULL, NULL, NULL,
          false, false, NULL, NULL, \(writer))
        """)
    }

    @Test("a definition that a role wrote that this one does not trust is named and not executed")
    func untrusted() throws {
      try bench.sql("CREATE TABLE things (id int4)")
      for (writer, name) in [("'nobody'", "role nobody"), ("NULL", "an unknown role")] {
        try plant("CREATE INDEX i ON public.things USING btree (id)", writer: writer)
        let error = expectError(.foreign) { try drop(rebuild) }
        #expect(error?.message.hasPrefix("\(name) wrote the definition of index i") == true)
        #expect(error?.remedy?.contains("WHERE run = 'x'") == true && error?.exitStatus == .refused)
        expectError(.foreign) {
          try IndexRebuild(
            run: "x", dataset: "y", table: try QualifiedTable(schema: "public", table: "things"), on: bench.connection
          ).rebuild()
        }
        try bench.sql("DELETE FROM sluice.rebuilds")
      }
    }

    @Test("the server lets no role write in the name of another, nor change what another wrote and leave its name")
    func forged() throws {
      let rights = "GRANT USAGE ON SCHEMA sluice TO :role; GRANT ALL ON sluice.rebuilds TO :role"
      try plant("CREATE INDEX i ON public.things USING btree (id)")
      for (command, state) in [
        (
          "INSERT INTO sluice.rebuilds SELECT 'z', dataset, place, target, kind, name, definition, deferral, comment, "
            + "constraint_comment, tablespace, false, false, statistics, rebuilt_at, written_by FROM sluice.rebuilds",
          "42501"
        ),
        ("UPDATE sluice.rebuilds SET definition = ''", "42501"),
        ("UPDATE sluice.rebuilds SET definition = '', written_by = current_user", nil),
      ] {
        try bench.asRole(rights) { _ in
          do {
            try bench.connection.execute(SQL(unsafe: command))
            #expect(state == nil)
          } catch let error as PostgresError {
            #expect(error.sqlState == state, "\(error)")
          }
        }
      }
    }

    @Test(
      "what is not the definition of such an index is not executed, whoever wrote it",
      arguments: [
        ("index", "DROP TABLE public.things"), ("index", "CREATE INDEX i ON public.other USING btree (id)"),
        ("index", "CREATE INDEX j ON public.things USING btree (id)"),
        ("unique", "CREATE INDEX i ON public.things USING btree (id)"),
        ("exclusion", "CHECK (id > 0)"), ("foreignKey", "UNIQUE (id)"),
      ])
    func another(kind: String, definition: String) throws {
      try bench.sql("CREATE TABLE things (id int4); CREATE TABLE other (id int4)")
      try plant(definition, kind: kind)
      let error = expectError(.foreign) { try drop(rebuild) }
      #expect(error?.message.contains("for i is not the definition of such an index") == true, "\(error as Any)")
      #expect(try bench.scalar("SELECT count(*) FROM sluice.rebuilds WHERE run = 'x'") == "1")
    }

    @Test("a definition that does more than make its index is taken back")
    func more() throws {
      try bench.sql("CREATE TABLE things (id int4 UNIQUE, parent int4)")
      try plant("FOREIGN KEY (parent) REFERENCES public.things(id), ADD COLUMN more int4", kind: "foreignKey")
      let rebuild = try rebuild
      _ = try drop(rebuild)
      let error = expectError(.schema) { try rebuild.rebuild() }
      #expect(error?.message.hasPrefix("i came out as another index") == true, "\(error as Any)")
      #expect(try bench.describe("things").column("more") == nil)
    }
  }
}
