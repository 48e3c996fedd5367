public import Postgres

/// What rows were encoded for: which relation, and the place, type and modifier of each column that is loaded. COPY and
/// INSERT would take rows for a column of another type that reads the same bytes.
public struct TableShape: Sendable, Hashable, Codable {
  let table: QualifiedTable
  private let columns: [String]
  private let text: String

  /// Reads it from the catalogue, and keeps others from changing the table until the transaction ends.
  /// - Throws: `LoadError` where the table is not there.
  public init(of table: QualifiedTable, columns: [String], on connection: Connection) throws {
    self.table = table
    self.columns = columns
    try connection.execute(Self.holding(table))
    let text = try connection.query("SELECT \(Self.reading(from: 1))", parameters: Self.names(table, columns)).scalar
    guard let text else { throw Self.changed(table) }
    self.text = text
  }

  /// Keeps others from changing the table until the transaction ends. It takes a right to read, and no operator's name.
  static func holding(_ table: QualifiedTable) -> SQL { "SELECT FROM \(table) WHERE false" }

  var holding: SQL { Self.holding(table) }

  /// True where the table is what it was; its parameters are counted from `first`. To be asked when the table is held.
  func isUnchanged(from first: Int) -> (condition: SQL, parameters: [String?]) {
    ("\(Self.reading(from: first)) = $\(first + 3)", Self.names(table, columns) + [text])
  }

  /// Makes sure that the table is what it was, and stays so until the transaction ends.
  func check(on connection: Connection) throws {
    try connection.execute(holding)
    let (condition, parameters) = isUnchanged(from: 1)
    guard try connection.query("SELECT \(condition)", parameters: parameters).scalar == "t" else {
      throw Self.changed(table)
    }
  }

  static func changed(_ table: QualifiedTable, cause: (any Error)? = nil, detail: String? = nil) -> LoadError {
    LoadError(
      .schema, "the table was changed while the run loaded: rows are encoded for other columns",
      place: table.description,
      remedy: "put the columns back as they were, then resume; or start a new run", cause: cause, detail: detail)
  }

  private static func names(_ table: QualifiedTable, _ columns: [String]) -> [String?] {
    [table.schema.name, table.table.name, SQL.array(columns)]
  }

  private static func reading(from first: Int) -> SQL {
    """
    (SELECT pg_catalog.string_agg(pg_catalog.concat_ws(' ', c.oid, a.attnum, a.atttypid, a.atttypmod), ','
        ORDER BY a.attnum)
      FROM pg_catalog.pg_namespace n
        JOIN pg_catalog.pg_class c ON c.relnamespace = n.oid
        JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attname = ANY ($\(first + 2)::text[])
      WHERE n.nspname = $\(first) AND c.relname = $\(first + 1) AND NOT a.attisdropped)
    """
  }
}

/// The shapes of the relations that a dataset's rows go through.
public struct TableShapes: Sendable, Hashable, Codable {
  public var target: TableShape
  /// Where the slices go first; nil: into the target itself.
  public var staging: TableShape?

  public init(target: TableShape, staging: TableShape? = nil) {
    self.target = target
    self.staging = staging
  }

  /// That of what a slice is loaded into.
  public var loaded: TableShape { staging ?? target }
}
