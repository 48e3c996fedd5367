internal import Load
internal import PipelineSpec
internal import Postgres
internal import Records
internal import Verify

/// The rows of a table that a run answers for.
enum ProvedRows: Sendable {
  /// All but those that the table had before.
  case all(but: (rows: Int, digest: RowDigest))
  /// Those that the run wrote.
  case written(RowWriters)

  static let all = ProvedRows.all(but: (0, RowDigest()))
}

/// Who wrote the rows of a table, by the transactions that the ledger has. None is known where ids of the ledger are not those
/// of this table: of another server, or of another round of 2^32 transactions.
struct RowWriters: Sendable {
  /// The run's own; none where it has loaded nothing.
  var own = TransactionIDs()
  /// Whether the ids of the ledger are those of this table.
  var areKnown = false
  /// Those of other runs; asked for where rows are looked for one by one.
  var others = TransactionIDs()

  /// - Returns: nil for rows that are another run's business.
  func side(_ xmin: UInt32) -> Side? {
    own.contains(xmin) ? .actual : others.contains(xmin) ? nil : .foreign
  }
}

extension DatasetRun {
  /// - Parameter row: of the run that is proved; nil: the ledger has none.
  func provedRows(_ row: Ledger.RunRow?) async throws -> ProvedRows {
    guard dataset.destination.mode.traits.onlyAdds, let row else { return .all }
    return try await control.perform { connection in
      guard let own = try Ledger.writers(of: row, on: connection) else {
        return row.before.map { .all(but: $0) } ?? .written(RowWriters())
      }
      let table = try TargetTable.describe(dataset.table, on: connection, creating: .none)
      let next = try connection.nextTransaction()
      guard table?.oid == row.targetOID, own == own.current(at: next) else {
        return .written(RowWriters())
      }
      return .written(RowWriters(own: own, areKnown: true))
    }
  }
}

extension ProvedRows {
  /// With the transactions of other runs into the table.
  func amongOthers(of row: Ledger.RunRow?, _ control: Control) async throws -> ProvedRows {
    guard case .written(var writers) = self, writers.areKnown, let row else { return self }
    writers.others = try await control.perform { connection in
      try Ledger.writers(into: row.target, on: connection).subtracting(writers.own)
        .current(at: connection.nextTransaction())
    }
    return .written(writers)
  }
}
