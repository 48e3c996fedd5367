internal import Load
internal import PipelineSpec
internal import Postgres
internal import Records

/// What has to be true of a table before rejects are loaded into it.
enum ReplayCheck {
  /// How the table stores the columns.
  /// - Parameter row: the ledger's, of the run that loaded the other records.
  static func layout(of dataset: Dataset, _ row: Ledger.RunRow, on connection: Connection) throws -> TableLayout {
    let table = try TargetTable.describe(dataset.table, on: connection, creating: .none)
    guard row.target == dataset.place, let table, table.oid == row.targetOID else {
      throw EngineError(
        .otherTarget, "it is not the table that the run loaded into", place: dataset.place,
        remedy: "name that table in the pipeline; where it is gone, start a new run")
    }
    try checkKeys(dataset, table)
    return try TableCheck.layout(of: dataset.table, in: table, for: .comparison)
  }

  /// The source's other records are not there to be compared with: what makes a row the only one of its key has to be the
  /// table.
  private static func checkKeys(_ dataset: Dataset, _ table: TableDescription) throws(EngineError) {
    guard dataset.destination.repeated == .error else {
      throw EngineError(
        .replay,
        "with repeated: \(dataset.destination.repeated.rawValue), which record counts is known of the whole source only",
        place: "dataset \(dataset.name)", remedy: "start a new run")
    }
    // Rows of a key that the table has are found by it; which of them may be, is looked up in the source.
    if dataset.destination.isStaged { return }
    for key in dataset.uniqueOperands {
      let columns = key.filter(\.path.isEmpty).compactMap(\.column)
      let isKept = columns.count == key.count && table.uniqueKeys.contains { Set($0) == Set(columns) }
      guard !isKept else { continue }
      let names = key.map(\.description).joined(separator: ", ")
      throw EngineError(
        .replay, "no unique index lies over exactly (\(names)): a key could be loaded that is there already",
        place: dataset.place, remedy: "create unique index on … (\(names)), or start a new run")
    }
  }
}

extension Dataset {
  /// What must not repeat, each a list of operands.
  fileprivate var uniqueOperands: [[Operand]] {
    let key = destination.key.isEmpty ? [] : [destination.key.map { Operand(column: $0) }]
    return key + checks.rules.filter { $0.condition == .unique && $0.severity == .error }.map(\.operands)
  }
}
