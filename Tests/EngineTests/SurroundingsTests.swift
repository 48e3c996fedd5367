import Engine
import Foundation
import LocalPostgres
import Postgres
import Records
import Reports
import TestSupport
import Testing

extension EndToEnd {
  /// What else there is in a database: children of the table, publications, runs of the same id, another's ledger.
  @Suite("Surroundings") struct Surroundings {
    private let bench: Workbench

    init() throws { bench = try Workbench() }

    @Test("a table with children is loaded with a note that says what they mean, in run and verify")
    func children() async throws {
      try bench.write(#"[{"id": 1}]"#)
      try bench.sql("CREATE TABLE things (id int4 PRIMARY KEY); CREATE TABLE child () INHERITS (things)")
      let pipeline = yaml(["id int4"], into: "{ table: things, mode: upsert, key: id }")
      for report in [try await bench.run(pipeline), try await bench.verify(pipeline)] {
        try expectVerified(report, rows: 1)
        #expect(try part(report).notes.first?.hasPrefix("tables inherit from public.things (public.child)") == true)
        #expect(try report.json.contains("tables inherit from"))
      }
    }

    @Test("of two runs that begin with one id at once, the second is told that the id is in use")
    func oneID() async throws {
      try bench.write(#"[{"id": 1}]"#)
      let pipeline = yaml(["id int4"], into: "{ table: things, mode: upsert, key: id, create: true }")
      try expectVerified(try await bench.run(pipeline), rows: 1)
      // The row of a run that has begun and not yet committed that.
      try bench.connection.begin()
      try bench.sql(
        """
        INSERT INTO sluice.runs (run, dataset, pipeline, target, mode, plan, instant, slice_bytes)
        VALUES ('one', 'things', 'p', 'other.table', 'append', '', now(), 8)
        """)
      let loaded = try bench.load(pipeline)
      var options = bench.options
      options.runID = "one"
      let run = Run(loaded, options: options)
      async let second = run.execute()
      let other = try bench.database.connect()
      defer { other.close() }
      while try other.query("SELECT FROM pg_stat_activity WHERE wait_event = 'transactionid'").rows.isEmpty {}
      try bench.connection.commit()
      expectFailed(await second, .refused, "run.taken")
      #expect(try bench.count() == 1)
    }

    @Test("verify, status and replay say that a ledger is damaged, and never that it has no run")
    func damaged() async throws {
      try bench.write(#"[{"id": 1}, {"id": "x"}]"#)
      let pipeline = yaml(["id int4"], into: "{ table: things, mode: append, create: true }")
      let report = try await bench.run(pipeline) { $0.onError = .reject }
      try bench.sql("ALTER TABLE sluice.slices DROP COLUMN filtered")
      expectFailed(try await bench.verify(pipeline), .resume, "load.damaged")
      expectFailed(try await bench.replay(report.run, pipeline), .resume, "load.damaged")
      expectFailed(try await bench.run(pipeline), .resume, "load.damaged")
    }

    @Test("a publication of all tables is refused while somebody subscribes, before anything is made")
    func subscribed() async throws {
      let folder = "/tmp/sluice-logical-\(UUID().uuidString.prefix(8))"
      try FileManager.default.createDirectory(
        atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o755])
      defer { try? FileManager.default.removeItem(atPath: folder) }
      let server = LocalServer(
        stateFolder: folder, binFolder: ProcessInfo.processInfo.environment["SLUICE_PG_BIN"],
        serverSettings: ["fsync": "off", "wal_level": "logical"])
      try server.start()
      defer { try? server.stop() }
      let connection = try Connection.open(server.settings, cancellation: Cancellation())
      defer { connection.close() }
      try connection.executeScript(
        "CREATE TABLE public.things (id int4 PRIMARY KEY); CREATE PUBLICATION everything FOR ALL TABLES")
      try connection.query("SELECT pg_create_logical_replication_slot('subscriber', 'pgoutput')")
      try bench.write(#"[{"id": 1}, {"id": 1}]"#)
      let pipeline = yaml(["id int4"], into: "{ table: things, mode: upsert, key: id, repeated: last }")
      func toServer(_ options: inout RunOptions) {
        options.environment["PGHOST"] = server.settings.host
        options.environment["PGDATABASE"] = server.settings.database
      }
      let refused = try await bench.run(pipeline, toServer)
      expectFailed(refused, .refused, "load.published")
      #expect(refused.error?.place == "publication everything")
      #expect(try connection.query("SELECT to_regnamespace('sluice')").scalar == nil)
      // The server lets superseded rows be deleted from the staging table, as it has a replica identity.
      let allowed = try await bench.run(pipeline) {
        toServer(&$0)
        $0.allowsPublished = true
      }
      try expectVerified(allowed, rows: 1, filtered: 1)
    }
  }
}
