import Load
import PipelineSpec
import Postgres
import TestSupport
import Testing

extension OnServer {
  @Suite("Locks that others would queue behind") struct LockPatienceTests {
    private let bench: PublishBench
    private let reader: Connection

    init() throws {
      bench = try PublishBench()
      reader = try bench.database.connect()
      try bench.sql("CREATE TABLE things (id int4)")
      // So that a try is short
      try bench.connection.execute("SET lock_timeout = '40ms'")
    }

    private func lock(_ patience: LockPatience) throws {
      let spec = bench.spec(["id int4"], key: [], mode: .replace)
      try TargetTable.lock(try bench.describe("things"), for: spec.destination, patience, on: bench.connection)
    }

    @Test("are asked for again, with the reason of the wait, and what the transaction did before stays")
    func again() throws {
      try reader.executeScript("BEGIN; SELECT FROM things")
      var reasons: [String] = []
      try bench.connection.transaction {
        try bench.connection.execute("INSERT INTO sluice.targets VALUES ('mine', 1, 'run')")
        try lock(
          LockPatience(limit: .seconds(600)) { reason in
            reasons.append(reason)
            // In between nobody has to queue behind us.
            if reasons.count == 1 { #expect(throws: Never.self) { try bench.sql("SELECT FROM things") } }
            if reasons.count == 2 { reader.rollback() }
          })
        #expect(try bench.connection.query("SHOW lock_timeout").scalar == "40ms")
      }
      #expect(reasons.count == 2)
      #expect(reasons.first?.hasPrefix("waiting for a lock on public.things: ") ?? false)
      #expect(reasons.first?.contains("locked by process \(reader.backendPID) (user") ?? false)
      #expect(reasons.first?.contains("idle in transaction") ?? false)
      #expect(try bench.scalar("SELECT count(*) FROM sluice.targets") == "1")
    }

    @Test("are given up when the patience is at its end, naming who holds the table")
    func end() throws {
      try reader.executeScript("BEGIN; SELECT FROM things")
      let error = #expect(throws: PostgresError.self) { try bench.connection.transaction { try lock(.none) } }
      #expect(error?.kind == .lockTimeout)
      #expect(error?.message.contains("locked by process \(reader.backendPID)") ?? false)
    }
  }
}
