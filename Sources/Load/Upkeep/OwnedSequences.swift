public import Postgres

/// The sequences of a table's identity and serial columns that rows came with values for: an INSERT that leaves such a
/// column out would be given a value that is there already.
public struct OwnedSequences {
  private let table: TableDescription
  private let connection: Connection
  private let patience: LockPatience

  public init(of table: TableDescription, _ patience: LockPatience, on connection: Connection) {
    self.table = table
    self.patience = patience
    self.connection = connection
  }

  public enum Outcome: Sendable, Hashable {
    /// `schema.name`, and the value that it gives out next.
    case moved(String, next: String)
    /// It is not known to be ahead, and this role may not move it; the command for whoever may.
    case notPermitted(String, command: String)
    /// It ends before the column's values do.
    case exhausted(String)
  }

  private struct Sequence {
    var column: Identifier
    var name: QualifiedTable
    var increment: String
    /// This role may read and set it, and lock the table.
    var isOurs: Bool
  }

  /// Moves those forward, never back, that are behind their column's values.
  /// - Parameter columns: those that the rows had values for.
  public func move(_ columns: [String]) throws -> [Outcome] {
    try sequences(columns).compactMap { try move($0) }
  }

  private func sequences(_ columns: [String]) throws -> [Sequence] {
    try connection.query(
      """
      SELECT a.attname, n.nspname, c.relname, s.seqincrement,
        has_sequence_privilege(c.oid, 'SELECT') AND has_sequence_privilege(c.oid, 'UPDATE')
          AND has_table_privilege(a.attrelid, 'UPDATE, DELETE, TRUNCATE')
      FROM pg_depend d JOIN pg_class c ON c.oid = d.objid JOIN pg_namespace n ON n.oid = c.relnamespace
        JOIN pg_sequence s ON s.seqrelid = c.oid
        JOIN pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
      WHERE d.classid = 'pg_class'::regclass AND d.refclassid = 'pg_class'::regclass AND d.refobjid = $1::oid
        AND d.deptype IN ('a', 'i') AND a.attname = ANY ($2::text[])
      ORDER BY a.attnum
      """, parameters: [String(table.oid), SQL.array(columns)]
    ).rows.map { row in
      Sequence(
        column: try Identifier(row[0] ?? ""), name: try QualifiedTable(schema: row[1] ?? "", table: row[2] ?? ""),
        increment: row[3] ?? "1", isOurs: row[4] == "t")
    }
  }

  private func move(_ sequence: Sequence) throws -> Outcome? {
    // Before the lock, as it may take a scan: others who insert meanwhile take their values from the sequence.
    let last: SQL = sequence.increment.hasPrefix("-") ? "min" : "max"
    let end: SQL = "SELECT \(last)(\(sequence.column)) FROM \(table.table)"
    guard let value = try connection.query(end).scalar else { return nil }
    guard sequence.isOurs else { return .notPermitted("\(sequence.name)", command: command(sequence, end)) }
    guard try isBehind(sequence, value) else { return nil }
    do {
      return try connection.transaction {
        let only: SQL = table.kind == .partitionedTable ? "" : "ONLY "
        try patience.take("LOCK TABLE \(only)\(table.table) IN SHARE ROW EXCLUSIVE MODE", on: table.table, connection)
        return try set(sequence, to: value)
      }
    } catch let error as PostgresError where error.isRowRefusal {
      // Beyond the sequence's own bounds
      return .exhausted("\(sequence.name)")
    }
  }

  private func isBehind(_ sequence: Sequence, _ value: String) throws -> Bool {
    try connection.query(
      "SELECT EXISTS (SELECT FROM \(sequence.name) WHERE \(Self.isBehind))", parameters: [value, sequence.increment]
    ).scalar == "t"
  }

  /// Moves it by whole steps, so that sequences that share a column by their remainder stay apart. No INSERT can draw
  /// from it meanwhile, so it does not go back.
  /// - Returns: nil where another one was faster.
  private func set(_ sequence: Sequence, to value: String) throws -> Outcome? {
    let reached = try connection.query(
      """
      SELECT setval(\(literal: sequence.name.quoted)::regclass,
        (last_value + ceil(($1::numeric - last_value) / $2::numeric) * $2::numeric)::int8) + $2::numeric
      FROM \(sequence.name) WHERE \(Self.isBehind)
      """, parameters: [value, sequence.increment]
    ).scalar
    return reached.map { .moved("\(sequence.name)", next: $0) }
  }

  /// `$1` is the column's last value, `$2` the increment.
  private static let isBehind: SQL = """
    ($1::numeric - last_value) / $2::numeric > 0 OR (last_value = $1::numeric AND NOT is_called)
    """

  private func command(_ sequence: Sequence, _ end: SQL) -> String {
    let command: SQL = "SELECT setval(\(literal: sequence.name.quoted), (\(end)))"
    return command.text
  }
}
