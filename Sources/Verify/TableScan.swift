public import Postgres
public import Records

/// Reads a table back as PostgreSQL itself prints it, in ranges of blocks, so that several connections can share the
/// work under one snapshot.
public struct TableScan: Sendable {
  /// Which rows are read, and how.
  public enum Rows: Sendable {
    case all
    /// Each begins with one more field, the `xmin` that says which transaction wrote it.
    case withWriter
    /// As `withWriter`; rows that none of these transactions wrote may be left out.
    case written(TransactionIDs)
  }

  private let select: SQL
  private let condition: SQL?
  /// The ranges; together they are the table, also what was added to it since it was described.
  public let ranges: [SQL]

  private static let blocksPerRange = 4096

  /// A table that cannot be read by blocks gets one range.
  public init(
    _ description: TableDescription, layout: TableLayout, rows: Rows = .all, serverVersion: Int
  ) throws(PostgresError) {
    var columns: [Identifier] = []
    if case .all = rows {} else { columns.append(try Identifier("xmin")) }
    for column in layout.columns { columns.append(try Identifier(column.name)) }
    let isPlain = description.kind == .table && serverVersion >= 140_000
    // ONLY: what COPY loaded is in the table itself, not in tables that inherit from it.
    select =
      isPlain ? "SELECT \(columns) FROM ONLY \(description.table)" : "SELECT \(columns) FROM \(description.table)"
    if case .written(let ids) = rows { condition = Self.condition(ids) } else { condition = nil }
    // Rights on columns alone say nothing of ctid.
    guard isPlain, description.privileges.select else {
      ranges = ["true"]
      return
    }
    let count = max(1, description.blocks / Self.blocksPerRange)
    ranges = (0..<count).map { i in
      let first = i * Self.blocksPerRange
      return i == count - 1
        ? "ctid >= '(\(first),0)'::tid"
        : "ctid >= '(\(first),0)'::tid AND ctid < '(\(first + Self.blocksPerRange),0)'::tid"
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
    let condition = condition.map { " AND \($0)" as SQL } ?? ""
    try connection.copyOut("COPY (\(select) WHERE \(range)\(condition)) TO STDOUT", row: row)
  }

  /// Takes a row apart that was read with its writer.
  public static func split(
    _ row: UnsafeRawBufferPointer
  ) throws(VerifyError) -> (xmin: UInt32, columns: UnsafeRawBufferPointer) {
    var xmin: UInt32 = 0
    for (place, byte) in row.enumerated() {
      if byte == UInt8(ascii: "\t") { return (xmin, UnsafeRawBufferPointer(rebasing: row[(place + 1)...])) }
      xmin = xmin &* 10 &+ UInt32(byte &- UInt8(ascii: "0"))
    }
    throw VerifyError(.row, "a row came back without its transaction", remedy: "verify again")
  }

  /// A list is hashed and quick; one of millions of ids is too long for a command, and a span is enough to leave most of the
  /// others' rows out.
  private static func condition(_ writers: TransactionIDs) -> SQL {
    guard let first = writers.ids.first, let last = writers.ids.last else { return "false" }
    if writers.ids.count <= longestList {
      let list = writers.ids.map { "\(UInt32(truncatingIfNeeded: $0))" as SQL }.joined(separator: ",")
      return "xmin = ANY ('{\(list)}'::xid[])"
    }
    let (from, to) = (UInt32(truncatingIfNeeded: first), UInt32(truncatingIfNeeded: last))
    return "age(xmin) BETWEEN (SELECT age('\(to)'::xid)) AND (SELECT age('\(from)'::xid))"
  }

  private static let longestList = 2000
}
