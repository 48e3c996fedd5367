public import Postgres

/// Drops a table's indexes before a load and makes them again afterwards. The ledger holds their definitions from before
/// they are dropped until each one is made again, so that no crash in between loses one.
public struct IndexRebuild {
  let run: String
  let dataset: String
  let table: QualifiedTable
  let connection: Connection

  /// - Parameter connection: with its output pinned.
  public init(run: String, dataset: String, table: QualifiedTable, on connection: Connection) {
    self.run = run
    self.dataset = dataset
    self.table = table
    self.connection = connection
  }

  /// Refuses a table whose indexes another run dropped and did not make again.
  public func checkNoneOutstanding() throws {
    guard let other = try outstandingRun() else { return }
    throw LoadError(
      .schema, "run \(other) dropped indexes of this table and did not make them again", place: table.description,
      remedy: "resume that run, or replace the table with rebuildIndexes: true, which takes them over")
  }

  /// Drops all indexes of the table, and takes over those that another run left dropped; belongs into the transaction
  /// that writes the run's row.
  /// - Returns: how many are to be made again.
  @discardableResult
  public func drop(from description: TableDescription) throws -> Int {
    try adoptOutstanding()
    let definitions = try IndexDefinition.all(of: description.oid, on: connection)
    try note(definitions)
    // Before anything is loaded that could not be indexed again.
    for (_, definition) in try outstanding() { _ = try definition.making(on: table, connection) }
    // Foreign keys first: they hold on to the others.
    for definition in definitions where definition.kind == .foreignKey { try drop(definition) }
    for definition in definitions where definition.kind != .foreignKey { try drop(definition) }
    return try outstanding().count
  }

  private func drop(_ definition: IndexDefinition) throws {
    do throws(PostgresError) {
      try connection.execute(try definition.dropping(from: table))
    } catch {
      guard error.sqlState == "2BP01" else { throw error }
      throw LoadError(
        .schema, "\(definition.name) cannot be dropped for the load, as other objects depend on it",
        place: table.description, remedy: "leave rebuildIndexes out", cause: error, detail: error.detail)
    }
  }

  /// Makes again what is not made yet, each in a transaction of its own, and compares the catalogue with what it was.
  /// - Parameters:
  ///   - patience: how the table's lock is asked for before each step.
  ///   - begin: called with each name before its turn.
  /// - Throws: `LoadError` (`index`) where the rows do not allow an index, (`schema`) where something else came of it.
  public func rebuild(_ patience: LockPatience = .none, _ begin: (String) -> Void = { _ in }) throws {
    for (place, definition) in try outstanding() {
      begin(definition.name)
      do {
        try connection.transaction {
          for command in try definition.making(on: table, connection) {
            if let mode = definition.lock(before: command) {
              try patience.take("LOCK TABLE \(table) IN \(mode) MODE", on: table, connection)
            }
            try connection.execute(command)
          }
          try check(definition)
          try markRebuilt(place)
        }
      } catch let error as PostgresError where error.isRowRefusal {
        throw LoadError(
          .index,
          "\(definition.name) cannot be made again: the loaded rows break it (SQLSTATE \(error.sqlState ?? ""))"
            + (error.key.map { ": \($0)" } ?? ""),
          place: table.description, remedy: "correct the rows or the source, then: sluice resume \(run)", cause: error,
          detail: error.detail)
      }
    }
    try compare()
  }

  /// Before it is committed: that what was made is what was to be made.
  private func check(_ definition: IndexDefinition) throws {
    guard try !current().contains(definition) else { return }
    throw LoadError(
      .schema, "\(definition.name) came out as another index than the one before the load", place: table.description,
      remedy: "compare it with its definition in sluice.rebuilds (run \(run))")
  }

  private func compare() throws {
    let now = try current()
    let before = Set(try noted())
    guard now != before else { return }
    let names = Set(before.symmetricDifference(now).map(\.name)).sorted().joined(separator: ", ")
    throw LoadError(
      .schema, "the indexes are not what they were before the load: \(names)", place: table.description,
      remedy: "compare them with the definitions in sluice.rebuilds (run \(run))")
  }

  private func current() throws -> Set<IndexDefinition> {
    guard let description = try connection.describe(table) else {
      throw LoadError(.schema, "the table is not there any more", place: table.description)
    }
    return Set(try IndexDefinition.all(of: description.oid, on: connection))
  }
}
