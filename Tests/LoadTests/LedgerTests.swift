import Load
import Postgres
import Records
import TestSupport
import Testing

extension OnServer {
  @Suite("The ledger's schema") struct LedgerTests {
    private let bench: PublishBench

    init() throws { bench = try PublishBench() }

    private func create() throws { try Ledger.create(bench.connection) }

    /// What stands in the schema, column by column, and its comment.
    private func contents() throws -> [[String?]] {
      try bench.rows(
        """
        SELECT c.relname, a.attname, a.atttypid::text, obj_description(n.oid) FROM pg_namespace n
        LEFT JOIN pg_class c ON c.relnamespace = n.oid LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0
          AND NOT a.attisdropped
        WHERE n.nspname = 'sluice' ORDER BY 1, 2
        """)
    }

    @Test("a ledger is found as it was made, whatever is said of its schema and whoever reads it unqualified")
    func found() throws {
      try bench.sql("COMMENT ON SCHEMA sluice IS 'owned by ETL'; CREATE TABLE sluice.staging_1 (a int)")
      let before = try contents()
      try create()
      #expect(try Ledger.exists(on: bench.connection))
      #expect(try contents() == before)
      #expect(try bench.scalar("SELECT version FROM sluice.version") == "8")
      try bench.sql("DROP SCHEMA sluice CASCADE")
      #expect(try !Ledger.exists(on: bench.connection))
    }

    /// What the versions since add to version 4.
    private let takingBack = """
      DROP TABLE sluice.slice_tables; ALTER TABLE sluice.slices ADD COLUMN digest text NOT NULL;
      ALTER TABLE sluice.targets DROP COLUMN made_as;
      ALTER TABLE sluice.slices DROP COLUMN source_sha256, DROP COLUMN xids;
      DROP TABLE sluice.version; DROP POLICY by_their_writer ON sluice.rebuilds;
      ALTER TABLE sluice.rebuilds DISABLE ROW LEVEL SECURITY; ALTER TABLE sluice.rebuilds DROP COLUMN written_by;
      """

    @Test("a ledger of the version before is read as it is, brought up to date by a run, and keeps its rows")
    func migrated() throws {
      let now = try contents()
      try bench.sql(takingBack)
      try bench.sql(
        """
        COMMENT ON SCHEMA sluice IS 'ledger of sluice, version 4'; GRANT SELECT, INSERT ON sluice.slices TO pg_monitor;
        INSERT INTO sluice.targets VALUES ('a.b', 7, 'run');
        INSERT INTO sluice.rebuilds VALUES ('run', 'd', 0, 'a.b', 'index', 'i', '', NULL, NULL, NULL, NULL, false, false)
        """)
      #expect(try Ledger.exists(on: bench.connection))
      #expect(try bench.scalar("SELECT to_regclass('sluice.version')") == nil)
      try create()
      #expect(try bench.rows("SELECT target, epoch FROM sluice.targets") == [["a.b", "7"]])
      #expect(try bench.rows("SELECT written_by FROM sluice.rebuilds") == [[nil]], "nobody knows who wrote it")
      let rights = ["SELECT", "INSERT", "UPDATE"].map {
        "has_table_privilege('pg_monitor', 'sluice.slice_tables', '\($0)')"
      }
      #expect(try bench.rows("SELECT \(rights.joined(separator: ", "))") == [["t", "t", "f"]], "as on slices")
      #expect(try contents().map { $0[0...2] } == now.map { $0[0...2] })
    }

    @Test("a ledger of a later version is refused by name, whatever else it has")
    func later() throws {
      try bench.sql("UPDATE sluice.version SET version = 9; ALTER TABLE sluice.runs ADD COLUMN later int")
      let error = expectError(.newer) { try create() }
      #expect(error?.message.contains("version 9") == true && error?.exitStatus == .refused)
      expectError(.newer) { try Ledger.exists(on: bench.connection) }
    }

    @Test(
      "a ledger that lacks something is damaged, and not missing: what it lacks is named",
      arguments: [
        ("ALTER TABLE sluice.slices DROP COLUMN filtered", "slices.filtered is missing"),
        ("DROP TABLE sluice.slices, sluice.runs", "runs, slices are missing"),
        ("ALTER TABLE sluice.targets DROP CONSTRAINT targets_pkey", "PRIMARY KEY (target) of targets is missing"),
        ("DROP TABLE sluice.version", "version is missing"),
        ("DELETE FROM sluice.version", "the number of its version is missing"),
        ("UPDATE sluice.version SET version = 0", "the number of its version is missing"),
        ("DROP POLICY by_their_writer ON sluice.rebuilds", "of rebuilds is missing"),
      ])
    func damaged(damage: String, words: String) throws {
      try bench.sql(damage)
      let before = try contents()
      for error in [
        expectError(.damaged, { try create() }), expectError(.damaged, { try Ledger.exists(on: bench.connection) }),
      ] {
        #expect(error?.message.hasSuffix(words) == true, "\(error as Any)")
        #expect(error?.exitStatus == .resume)
      }
      #expect(try contents() == before)
    }

    @Test("a damaged ledger of the version before is not brought up to date")
    func damagedBefore() throws {
      try bench.sql(takingBack + "ALTER TABLE sluice.slices DROP COLUMN filtered")
      #expect(expectError(.damaged) { try create() }?.message.hasSuffix("slices.filtered is missing") == true)
    }

    @Test(
      "whatever Sluice did not make is refused by name, and nothing is altered",
      arguments: [
        ("ALTER TABLE sluice.runs ADD COLUMN mine int DEFAULT random()", "runs.mine: integer DEFAULT random()"),
        ("ALTER TABLE sluice.runs ALTER mode SET DEFAULT version()", "runs.mode: text NOT NULL DEFAULT version()"),
        ("ALTER TABLE sluice.slices ALTER filtered TYPE numeric", "slices.filtered: numeric NOT NULL"),
        ("ALTER TABLE sluice.slices ADD CHECK (read > 0)", "slices: CHECK ((read > 0))"),
        ("CREATE INDEX mine ON sluice.targets (lower(run))", "targets: CREATE INDEX mine"),
        ("CREATE RULE mine AS ON INSERT TO sluice.runs DO NOTHING", "runs: rule mine"),
        (
          "CREATE TRIGGER mine BEFORE UPDATE ON sluice.runs EXECUTE FUNCTION suppress_redundant_updates_trigger()",
          "runs: trigger mine"
        ),
        ("CREATE TABLE other (a text REFERENCES sluice.targets)", "targets: trigger other_a_fkey"),
        ("CREATE TABLE other () INHERITS (sluice.slices)", "slices: child public.other"),
        (
          "CREATE POLICY mine ON sluice.rebuilds USING (random() > 0)", "rebuilds: policy FOR * TO 0 USING ((random() >"
        ),
        ("ALTER TABLE sluice.runs FORCE ROW LEVEL SECURITY", "runs: row security, forced"),
        ("ALTER TABLE sluice.slices SET UNLOGGED", "slices: unlogged table"),
        ("DROP TABLE sluice.targets; CREATE VIEW sluice.targets AS SELECT 1 AS a", "targets: view"),
        (
          "DROP SCHEMA sluice CASCADE; CREATE SCHEMA sluice; CREATE TABLE sluice.gates (id int)", "it has gates"
        ),
        (
          "DROP SCHEMA sluice CASCADE; CREATE SCHEMA sluice; CREATE TABLE sluice.runs (run text, river text)",
          "runs.river: text"
        ),
      ])
    func foreign(change: String, words: String) throws {
      try bench.sql(change)
      let before = try contents()
      let error = expectError(.foreign) { try create() }
      #expect(error?.message.contains(words) == true, "\(error as Any)")
      #expect(error?.exitStatus == .refused)
      expectError(.foreign) { try Ledger.exists(on: bench.connection) }
      #expect(try contents() == before)
    }

    @Test("schema and tables must be of this role, of one that it is a member of, or of a superuser")
    func owners() throws {
      let stranger = "stranger_\(bench.database.name)"
      try bench.sql("CREATE ROLE \(stranger)")
      defer { try? bench.sql("DROP OWNED BY \(stranger); DROP ROLE \(stranger)") }
      for object in ["SCHEMA sluice", "TABLE sluice.slices"] {
        try bench.sql("ALTER \(object) OWNER TO \(stranger)")
        let error = expectError(.foreign) { try create() }
        #expect(error?.message.contains("\(stranger) owns") == true, "\(error as Any)")
        let member = "GRANT \(stranger) TO :role; GRANT ALL ON SCHEMA sluice TO :role"
        try bench.asRole("\(member); GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA sluice TO :role") {
          _ in
          try create()
        }
        try bench.sql("ALTER \(object) OWNER TO current_user")
      }
      try create()
      try bench.sql("GRANT TRIGGER ON sluice.runs TO \(stranger)")
      #expect(expectError(.foreign) { try create() }?.message.contains("\(stranger) may put triggers on runs") == true)
    }

    @Test("default privileges that give everything to others do not give them triggers on the ledger")
    func defaultPrivileges() throws {
      try bench.sql("DROP SCHEMA sluice CASCADE; ALTER DEFAULT PRIVILEGES GRANT ALL ON TABLES TO PUBLIC")
      try create()
      #expect(try bench.scalar("SELECT has_table_privilege('pg_monitor', 'sluice.runs', 'INSERT')") == "t")
      #expect(try bench.scalar("SELECT has_table_privilege('pg_monitor', 'sluice.runs', 'TRIGGER')") == "f")
    }

    @Test("every right that a role lacks is printed at once, as commands that are all it takes")
    func grants() throws {
      try bench.asRole { role in
        let reading = expectError(.grants) { try Ledger.exists(on: bench.connection) }
        #expect(reading?.remedy?.contains("GRANT USAGE ON SCHEMA sluice TO \(role);") == true)
        #expect(reading?.remedy?.contains("INSERT") == false)
        let error = try #require(expectError(.grants) { try Ledger.create(bench.connection, stages: true) })
        #expect(error.exitStatus == .database)
        let commands = try #require(error.remedy?.split(separator: "run: ").last)
        try bench.connection.execute("RESET ROLE")
        try bench.connection.executeScript(SQL(unsafe: String(commands)))
        try bench.connection.execute("SET LOCAL ROLE \(try Identifier(role))")
        try Ledger.create(bench.connection, stages: true)
        #expect(try Ledger.exists(on: bench.connection))
      }
    }

    @Test("a role that may make no schema fills an empty one, and the tables are its owner's")
    func filled() throws {
      try bench.sql("DROP SCHEMA sluice CASCADE")
      try bench.asRole { role in
        let error = expectError(.grants) { try create() }
        #expect(error?.remedy?.hasSuffix("CREATE SCHEMA sluice AUTHORIZATION \(role)") == true)
      }
      let (role, owner) = ("loader_\(bench.database.name)", "owner_\(bench.database.name)")
      try bench.sql("CREATE ROLE \(role); CREATE ROLE \(owner); CREATE SCHEMA sluice AUTHORIZATION \(owner)")
      defer { try? bench.sql("DROP OWNED BY \(owner), \(role); DROP ROLE \(owner), \(role)") }
      try bench.sql("GRANT \(owner) TO \(role)")
      try bench.connection.execute("SET ROLE \(try Identifier(role))")
      try create()
      #expect(try bench.connection.query("SELECT current_user").scalar == role)
      try bench.connection.execute("RESET ROLE")
      let owners = try bench.rows(
        "SELECT DISTINCT relowner::regrole FROM pg_class WHERE relnamespace = 'sluice'::regnamespace AND relkind = 'r'")
      #expect(owners == [[owner]])
    }

    @Test("an epoch that counting does not lead to is an error of the ledger")
    func epoch() throws {
      try bench.sql("INSERT INTO sluice.targets VALUES ('a.b', 9223372036854775807, 'run')")
      let error = expectError(.ledger) { try TableClaim.take("a.b", run: "run-1", on: bench.connection) }
      #expect(error?.exitStatus == .resume)
    }

    @Test("a run's row is written once")
    func once() throws {
      let row = Ledger.RunRow(
        run: "run", dataset: "d", pipeline: "p", target: "a.b", mode: "append", plan: "",
        instant: "2026-01-01T00:00:00Z", sliceBytes: 8)
      #expect(try Ledger.begin(row, on: bench.connection))
      #expect(try !Ledger.begin(row, on: bench.connection))
    }
  }
}
