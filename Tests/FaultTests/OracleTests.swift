import Foundation
import Postgres
import Testing

@testable import FaultHarness

/// An oracle that is content with everything would pass every case: here it is shown what it must not be content with.
@Suite("The oracle", .serialized) final class OracleTests {
  private let place: ScratchPlace

  init() throws { place = try ScratchPlace() }

  deinit { place.remove() }

  private func bench(_ scenario: Scenario) throws -> (Bench, Trial) {
    let bench = try Bench(
      server: place.server, subject: ScratchPlace.sluice, folder: "\(place.folder)/oracle", database: "oracle",
      memoryLimit: 512 << 20)
    try bench.prepare(scenario)
    return (bench, Trial(bench, seed: 1))
  }

  @Test("is content with a run that nothing harmed, and with nothing that is harmed afterwards") func harm() throws {
    var scenario = Scenario()
    scenario.rows = 500
    let (bench, trial) = try bench(scenario)
    #expect(trial.ended(try trial.start()).status == 0)
    let oracle = Oracle(bench: bench, run: trial.run)
    #expect(try oracle.complete(interruptions: 0).map(\.description) == [])

    let connection = try bench.connect()
    defer { connection.close() }
    func findings(after change: SQL, _ question: () throws -> [Finding]) throws -> String {
      try connection.execute("BEGIN")
      defer { connection.rollback() }
      try connection.execute(change)
      return try question().map(\.description).joined(separator: "\n")
    }
    let table = { try oracle.table(connection) }
    #expect(
      try findings(after: "DELETE FROM events WHERE id = 7", table).hasPrefix("O2: 1 rows lost, 0 doubled, 0 foreign"))
    #expect(
      try findings(after: "INSERT INTO events SELECT * FROM events WHERE id IN (7, 8)", table)
        .hasPrefix("O2: 0 rows lost, 2 doubled, 0 foreign"))
    #expect(
      try findings(after: "UPDATE events SET name = name || '!' WHERE id = -3", table)
        .hasPrefix("O2: 1 rows lost, 0 doubled, 1 foreign"))
    let ledger = { try oracle.ledger(connection) }
    #expect(
      try findings(after: "DELETE FROM sluice.slices WHERE slice = 1", ledger).contains(
        "O3: the ledger goes on at byte"))
    #expect(
      try findings(after: "UPDATE sluice.slices SET read = read + 1 WHERE slice = 0", ledger).contains(
        "O3: the ledger has 501"))
    #expect(
      try findings(after: "INSERT INTO events SELECT * FROM events", { try oracle.repeated(0, connection) }) == "",
      "what is not committed is not yet counted")

    let other = try Connection.open(
      ConnectionSettings(parsing: place.server.url("oracle"), environment: [:]), cancellation: Cancellation())
    try other.execute("SELECT pg_advisory_lock(7)")
    let left = try oracle.quiet(patience: .zero).map(\.description)
    #expect(left.count == 2 && left.allSatisfy { $0.hasPrefix("O6: ") }, "\(left)")
    other.close()
    #expect(try oracle.quiet().isEmpty)
  }

  @Test("finds a damaged backup, a file half-written or open to others, and the secret") func files() throws {
    var scenario = Scenario()
    scenario.rows = 300
    let (bench, trial) = try bench(scenario)
    #expect(trial.ended(try trial.start()).status == 0)
    let oracle = Oracle(bench: bench, run: trial.run)
    let folder = "\(bench.runs)/\(trial.run)"
    func oracles() throws -> Set<String> { Set(try oracle.files().map(\.oracle)) }
    #expect(try oracles() == [])

    for (name, found) in [
      ("backup/events.json.zst", ["O4", "O5"]), ("manifest.jsonl", ["O4", "O5"]), ("run.json", ["O4"]),
    ] {
      let bytes = try #require(readBytes("\(folder)/\(name)"))
      var harmed = bytes
      harmed[harmed.count / 2] ^= 4
      try writeBytes(harmed, to: "\(folder)/\(name)")
      #expect(try oracles().isSuperset(of: found), "\(name)")
      try writeBytes(bytes, to: "\(folder)/\(name)")
    }
    try writeText("half", to: "\(folder)/backup/x.partial")
    #expect(try oracles().contains("O6"))
    try FileManager.default.removeItem(atPath: "\(folder)/backup/x.partial")
    try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: "\(folder)/run.json")
    #expect(try oracles().contains("O6"))

    #expect(Oracle.secrecy(bench, trial.endings).isEmpty)
    try writeText("… \(place.server.secret) …", to: "\(folder)/report.html")
    #expect(Oracle.secrecy(bench, trial.endings).map(\.oracle) == ["O7"])
    var ended = trial.endings[0]
    ended.errors = "password \(place.server.secret) refused"
    ended.leaks = ["7 psql"]
    #expect(Oracle.secrecy(bench, [ended]).count == 3)
    ended.peakBytes = 1 << 40
    #expect(Oracle.memory(bench, [ended]).map(\.oracle) == ["O9"])
  }
}
