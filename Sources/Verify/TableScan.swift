public import Postgres
public import Records

/// Reads a table back as PostgreSQL itself prints it, in ranges of blocks, so that several connections can share the
/// work under one snapshot.
public struct TableScan: Sendable {
  private let select: SQL
  /// The ranges; together they are the table, also what was added to it since it was described.
  public let ranges: [SQL]

  private static let blocksPerRange = 4096

  /// - Parameter connections: how many will read; a table that cannot be read by blocks gets one range.
  public init(_ description: TableDescription, layout: TableLayout, serverVersion: Int) throws(PostgresError) {
    var columns: [Identifier] = []
    for column in layout.columns { columns.append(try Identifier(column.name)) }
    let isPlain = description.kind == .table && serverVersion >= 140_000
    // ONLY: what COPY loaded is in the table itself, not in tables that inherit from it.
    select =
      isPlain ? "SELECT \(columns) FROM ONLY \(description.table)" : "SELECT \(columns) FROM \(description.table)"
    // Rights on columns alone say nothing of ctid.
    guard isPlain, description.privileges.select else {
      ranges = [""]
      return
    }
    let count = max(1, description.blocks / Self.blocksPerRange)
    ranges = (0..<count).map { i in
      let first = i * Self.blocksPerRange
      return i == count - 1
        ? " WHERE ctid >= '(\(first),0)'::tid"
        : " WHERE ctid >= '(\(first),0)'::tid AND ctid < '(\(first + Self.blocksPerRange),0)'::tid"
    }
  }

  /// Opens a snapshot that other connections can read by.
  /// - Returns: its name. It lasts as long as the connection's transaction.
  public static func exportSnapshot(_ connection: Connection) throws(PostgresError) -> String {
    try connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
    return try connection.query("SELECT pg_export_snapshot()").scalar ?? ""
  }

  /// Begins a transaction that sees what the snapshot sees.
  public static func importSnapshot(_ name: String, _ connection: Connection) throws(PostgresError) {
    try connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
    try connection.execute("SET TRANSACTION SNAPSHOT \(literal: name)")
  }

  /// Calls `row` with each row of a range, printed as a line of COPY text.
  public func read(
    _ range: SQL, on connection: Connection, _ row: (UnsafeRawBufferPointer) throws -> Void
  ) throws {
    try connection.copyOut("COPY (\(select)\(range)) TO STDOUT", row: row)
  }
}
