public import PipelineSpec
public import Postgres
internal import Records

/// What a mode does to the table before the first slice; belongs into the transaction that writes the run's row.
public enum TargetTable {
  /// What to do about a table that is missing, where the pipeline says `create: true`.
  public enum Creation: Sendable {
    case none
    /// Make it in a transaction that is rolled back; there may be no ledger.
    case tentative
    /// Make it, and note in the ledger that Sluice did.
    case noted
  }

  /// - Returns: the table as it is then; nil when it is missing and was not made.
  public static func describe(
    _ spec: TableSpec, on connection: Connection, creating: Creation
  ) throws -> TableDescription? {
    let table = try QualifiedTable(schema: spec.destination.schema, table: spec.destination.table)
    if let description = try connection.describe(table) { return description }
    guard creating != .none, spec.destination.create else { return nil }
    try connection.execute(try creation(of: table, spec))
    let made = try connection.describe(table)
    if creating == .noted, let made { try MadeTable.note(made, on: connection) }
    return made
  }

  /// Keeps others from the table, where it is going to be emptied or loses its indexes.
  public static func lock(
    _ table: TableDescription, for destination: Destination, _ patience: LockPatience, on connection: Connection
  ) throws {
    guard destination.mode.traits.emptiesTable, !destination.isStaged else { return }
    try patience.take("LOCK TABLE \(only(table))\(table.table) IN ACCESS EXCLUSIVE MODE", on: table.table, connection)
  }

  /// Tables that inherit from it are others' business.
  private static func only(_ table: TableDescription) -> SQL { table.kind == .partitionedTable ? "" : "ONLY " }

  /// Empties the table where the mode says so, and drops its indexes where they are made again; makes the staging table
  /// of one that is staged, which leaves the table itself alone.
  public static func prepare(
    _ spec: TableSpec, run: String, _ table: TableDescription, on connection: Connection
  ) throws {
    let indexes = IndexRebuild(run: run, dataset: spec.dataset, table: table.table, on: connection)
    if spec.destination.rebuildIndexes {
      try indexes.drop(from: table)
    } else {
      try indexes.checkNoneOutstanding()
    }
    if spec.destination.isStaged {
      try StagingTable(run: run, of: spec).create(for: spec, run: run, like: table, on: connection)
    } else if spec.destination.mode.traits.emptiesTable {
      try connection.executeScript(
        "\(SearchPath.ofRole); TRUNCATE \(only(table))\(table.table); \(SearchPath.pinned)")
    }
  }

  private static func creation(of table: QualifiedTable, _ spec: TableSpec) throws(PostgresError) -> SQL {
    var parts: [SQL] = []
    for column in spec.columns {
      let name = try Identifier(column.name)
      let type = try self.type(column.type, schema: spec.destination.schema)
      parts.append(column.isRequired ? "\(name) \(type) NOT NULL" : "\(name) \(type)")
    }
    if !spec.destination.key.isEmpty {
      var key: [Identifier] = []
      for column in spec.destination.key { key.append(try Identifier(column)) }
      parts.append("PRIMARY KEY (\(key))")
    }
    return "CREATE TABLE \(table) (\(parts.joined(separator: ", ")))"
  }

  /// The type of a column, as SQL has it.
  static func type(_ type: ColumnType, schema: String) throws(PostgresError) -> SQL {
    switch type {
    case .scalar(let scalar): return "\(unsafe: scalar.rawValue)"
    case .array(let scalar): return "\(unsafe: scalar.rawValue)[]"
    case .named(let name) where name.hasSuffix("[]"): return "\(try named(String(name.dropLast(2)), schema: schema))[]"
    case .named(let name): return try named(name, schema: schema)
    }
  }

  /// A type of the target: `schema.name`, or a name in the table's schema.
  private static func named(_ name: String, schema: String) throws(PostgresError) -> SQL {
    let parts = name.split(separator: ".", maxSplits: 1).map(String.init)
    let type =
      parts.count == 2
      ? try QualifiedTable(schema: parts[0], table: parts[1]) : try QualifiedTable(schema: schema, table: name)
    return "\(type)"
  }
}
