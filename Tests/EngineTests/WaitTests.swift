import Engine
import Foundation
import LocalPostgres
import Postgres
import Records
import Reports
import TestSupport
import Testing

extension EndToEnd {
  /// What a run waits for on the server because of others.
  @Suite("A wait") struct Waits {
    private let bench: Workbench
    private let pipeline = yaml(["id int4"], into: "{ table: things, mode: append, create: true }")

    init() throws {
      bench = try Workbench()
      try bench.write(#"[{"id": 1}]"#)
    }

    /// A run that names each wait at once, and what it says until it ends.
    private func start(_ environment: [String: String] = [:]) throws -> (Task<Report, Never>, AsyncStream<RunEvent>) {
      var options = bench.options
      options.waitsNamedAfter = .milliseconds(100)
      options.environment.merge(environment) { $1 }
      let events = RunEvents()
      let notices = events.subscribe()
      let run = Run(try bench.load(pipeline), options: options, events: events)
      let task = Task {
        defer { events.finish() }
        return await run.execute()
      }
      return (task, notices)
    }

    private func first(_ notices: AsyncStream<RunEvent>, with text: String) async throws -> String {
      for await case .said(.warning, let notice) in notices where notice.contains(text) { return notice }
      throw Ended()
    }

    private struct Ended: Error {}

    @Test("for a lock is named with the session that has it")
    func lock() async throws {
      try bench.sql("CREATE TABLE things (id int4)")
      let other = try bench.database.connect()
      try other.begin()
      try other.execute("LOCK TABLE things IN SHARE MODE")
      let (run, notices) = try start()
      let notice = try await first(notices, with: "has not given us a lock")
      #expect(notice.hasSuffix(": process \(other.backendPID) (user sluice, idle in transaction) has it"))
      try other.execute("ROLLBACK")
      try expectVerified(await run.value, rows: 1)
    }

    @Test("for the ledger is named before anything is loaded, though the run's own thread waits")
    func ledger() async throws {
      try expectVerified(try await bench.run(pipeline), rows: 1)
      let other = try bench.database.connect()
      try other.begin()
      try other.execute("LOCK TABLE sluice.targets")
      let (run, notices) = try start()
      let notice = try await first(notices, with: "has not given us a lock")
      #expect(notice.contains("process \(other.backendPID) (user sluice, idle in transaction) has it"))
      try other.execute("ROLLBACK")
      try expectVerified(await run.value, rows: 1)
    }

    @Test(
      "for a standby is named; a run that is stopped meanwhile ends, and is resumed when the standby is there again")
    func standby() async throws {
      let server = LocalServer(
        stateFolder: "/tmp/sluice-standby-\(UUID().uuidString.prefix(8))",
        binFolder: ProcessInfo.processInfo.environment["SLUICE_PG_BIN"],
        serverSettings: [
          "fsync": "off", "shared_buffers": "16MB", "wal_level": "replica", "max_wal_senders": "1",
        ])
      try server.start()
      defer {
        try? server.stop()
        try? FileManager.default.removeItem(atPath: server.stateFolder)
      }
      let environment = [
        "PGHOST": server.socketFolder, "PGUSER": LocalServer.defaultName, "PGDATABASE": LocalServer.defaultName,
      ]
      func awaitStandby(_ names: String) throws {
        let admin = try Connection.open(server.settings, cancellation: Cancellation())
        try admin.execute("ALTER SYSTEM SET synchronous_standby_names = \(literal: names)")
        try admin.query("SELECT pg_reload_conf()")
        while try admin.query("SHOW synchronous_standby_names").scalar != names {}
        // The checkpointer tells the others, once it has heard of it.
        for _ in 0..<2 { try admin.execute("CHECKPOINT") }
      }
      let other = try Connection.open(server.settings, cancellation: Cancellation())
      try other.execute("CREATE TABLE public.things (id int4)")
      try other.begin()
      try other.execute("LOCK TABLE public.things IN SHARE MODE")
      let (run, notices) = try start(environment)
      _ = try await first(notices, with: "has not given us a lock")
      try awaitStandby("ghost")
      try other.execute("ROLLBACK")
      _ = try await first(notices, with: "has not confirmed COMMIT")
      run.cancel()
      let stopped = await run.value
      #expect(stopped.outcome == .interrupted)
      #expect(try other.query("SELECT outcome FROM sluice.runs").scalar == "interrupted")

      try awaitStandby("")
      try expectVerified(try await bench.resume(stopped.run) { $0.environment.merge(environment) { $1 } }, rows: 1)
      // Of what is not replayed yet, a comparison knows nothing.
      try server.stop()
      try call("touch", "\(server.dataFolder)/standby.signal")
      try server.start()
      let compared = try await bench.verify(pipeline) { $0.environment.merge(environment) { $1 } }
      try expectVerified(compared, rows: 1)
      #expect(compared.notes.count == 1 && compared.notes[0].contains("a standby, replayed up to"))
    }
  }
}
