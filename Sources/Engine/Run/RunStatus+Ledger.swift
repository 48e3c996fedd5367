internal import Databases
internal import Load
internal import Logging
internal import Postgres
internal import Records
internal import Reports

/// What a ledger knows of runs that did not reach their end.
extension RunStatus {
  /// Asks a server once about all of its runs, so that one that falls silent takes its time once.
  static func ask(
    _ server: ConnectionSettings, about places: [Int], of all: inout [RunStatus], within limit: Duration
  ) {
    do {
      let connection = try DatabaseTarget(settings: server).connectBriefly(
        within: limit, Logger(label: "sluice"), again: false)
      defer { connection.close() }
      guard try Ledger.exists(on: connection) else { return }
      for i in places { all[i].ask(connection) }
    } catch {
      for i in places { all[i].problem = ReportedError(error).sentence }
    }
  }

  private mutating func ask(_ connection: Connection) {
    do {
      for i in datasets.indices { try ask(i, connection) }
    } catch {
      problem = ReportedError(error).sentence
    }
  }

  private mutating func ask(_ i: Int, _ connection: Connection) throws {
    let totals = try Ledger.totals(run: run, dataset: datasets[i].dataset, on: connection)
    (datasets[i].read, datasets[i].loaded, datasets[i].rejected) = (totals.read, totals.loaded, totals.rejected)
    datasets[i].committedBytes = totals.wholeUpTo
    let row = try Ledger.row(run: run, dataset: datasets[i].dataset, on: connection)
    datasets[i].outcome = row?.outcome
    if row?.isFinished != true, lostSources.contains(datasets[i].dataset) { resume = nil }
    if let row, !row.isFinished, try Ledger.successor(of: row, on: connection) != nil {
      state = .superseded
      resume = nil
    }
    guard let found = try TableClaim.holder(of: datasets[i].table, on: connection), found.run == run else { return }
    holder = found.pid
    state = .running
    resume = nil
  }
}
