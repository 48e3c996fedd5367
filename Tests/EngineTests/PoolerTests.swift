import Engine
import PipelineSpec
import Postgres
import Records
import Reports
import TestSupport
import Testing

extension EndToEnd {
  /// Clients of a pool share sessions of the server: what one of them sets or locks there must be seen by no other.
  @Suite("A pooler", .enabled(if: Pooler.isInstalled)) struct Poolers {
    private let bench: Workbench
    private let pipeline = yaml(["id int4"], into: "{ table: things, mode: append, create: true }")

    init() throws {
      bench = try Workbench()
      try bench.write(#"[{"id": 1}]"#)
    }

    private func run(_ pooler: Pooler) async throws -> Report {
      try await bench.run(pipeline) { options in options.environment.merge(pooler.environment) { $1 } }
    }

    @Test(
      "that hands sessions on is refused by name, and what its other clients see is as it was",
      arguments: [(Pooler.Mode.transaction, false), (.transaction, true), (.statement, false)])
    func shared(_ mode: Pooler.Mode, takesTurns: Bool) async throws {
      let pooler = try Pooler(mode, to: bench.database, takesTurns: takesTurns)
      let report = try await run(pooler)
      expectFailed(report, .refused, "postgres.pooled")
      #expect(report.error?.message.contains("\(mode) mode") == true)
      #expect(try bench.scalar("SELECT to_regnamespace('sluice')") == nil)
      let locks = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND database = "
      #expect(try bench.scalar(locks + "(SELECT oid FROM pg_database WHERE datname = current_database())") == "0")
      try expectUntouched(pooler)
    }

    /// Its next clients find sessions as the server makes them.
    private func expectUntouched(_ pooler: Pooler) throws {
      let settings: SQL = "SELECT current_setting('search_path'), current_setting('lock_timeout')"
      let own = try bench.database.connect().query(settings).rows
      let clients = try (0..<3).map { _ in try pooler.connect() }
      for client in clients { #expect(try client.query(settings).rows == own) }
    }

    @Test("of one session at a time, handed on, is refused as well")
    func single() async throws {
      let pooler = try Pooler(.transaction, to: bench.database, size: 1)
      expectFailed(try await run(pooler), .refused, "postgres.pooled")
    }

    @Test("that keeps a session for each client is as good as the server")
    func session() async throws {
      let pooler = try Pooler(.session, to: bench.database)
      try expectVerified(try await run(pooler), rows: 1)
    }

    @Test("is found by status too, which says that it cannot ask")
    func status() async throws {
      try bench.write(#"[{"id": "x"}]"#)
      let run = try await bench.run(pipeline).run
      let pooler = try Pooler(.transaction, to: bench.database)
      let environment = bench.environment.merging(pooler.environment) { $1 }
      let status = try RunStatus.of(run, in: bench.path("runs"), environment: environment)
      #expect(status.problem?.contains("transaction mode") == true)
      try expectUntouched(pooler)
    }
  }
}
