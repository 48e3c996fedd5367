internal import PipelineSpec
internal import Postgres

/// The SQL of a publication. `t` is the target, `s` the staging table.
struct PublishStatements {
  private let dataset: String
  private let destination: Destination
  private let target: TableDescription
  private let staging: StagingTable
  private let columns: [Identifier]
  private let key: [Identifier]
  var keyColumns: SQL { "\(key)" }
  /// How rows are found again; nil for modes that only add.
  private let match: SQL?

  init(of spec: TableSpec, target: TableDescription, staging: StagingTable, match: KeyMatch?) throws(PostgresError) {
    dataset = spec.dataset
    destination = spec.destination
    self.target = target
    self.staging = staging
    self.match = match?.sql("t", "s")
    var columns: [Identifier] = []
    for column in spec.columns { columns.append(try Identifier(column.name)) }
    self.columns = columns
    var key: [Identifier] = []
    for column in spec.destination.key { key.append(try Identifier(column)) }
    self.key = key
    var whole: [Identifier] = []
    for column in target.columns where column.generation == .none { whole.append(try Identifier(column.name)) }
    wholeRow = whole
  }

  /// What can be written of a whole row of the target.
  let wholeRow: [Identifier]

  /// ONLY: tables that inherit from it are others' business.
  private var table: SQL { target.kind == .partitionedTable ? "\(target.table)" : "ONLY \(target.table)" }

  // MARK: - The staging table

  private var ordinal: SQL { "\"\(unsafe: StagingTable.ordinal)\"" }

  /// Counts keys that more than one row has.
  var countingRepeated: SQL {
    "SELECT count(*) FROM (SELECT FROM \(staging.table) GROUP BY \(key) HAVING count(*) > 1) AS repeated"
  }

  /// Notes the ordinals of rows that give way; `$1` is the run, `$2` the dataset.
  var notingSuperseded: SQL {
    let order: SQL = destination.repeated == .first ? "ASC" : "DESC"
    return """
      INSERT INTO sluice.superseded (run, dataset, ordinal)
      SELECT $1, $2, \(ordinal) FROM (
        SELECT \(ordinal), row_number() OVER (PARTITION BY \(key) ORDER BY \(ordinal) \(order)) AS place
        FROM \(staging.table)
      ) AS ranked WHERE place > 1
      """
  }

  /// Takes them out and gives them back as the columns of the layout. No parameters: COPY has none.
  func removingSuperseded(run: String) -> SQL {
    """
    DELETE FROM \(staging.table) AS s USING sluice.superseded AS g
    WHERE g.run = \(literal: run) AND g.dataset = \(literal: dataset) AND g.ordinal = s.\(ordinal)
    RETURNING \(list("s"))
    """
  }

  // MARK: - Before

  /// What keeps others from writing; an append bears it.
  var lock: SQL? {
    let traits = destination.mode.traits
    if traits.emptiesTable { return "LOCK TABLE \(table) IN ACCESS EXCLUSIVE MODE" }
    return traits.findsByKey ? "LOCK TABLE \(table) IN SHARE ROW EXCLUSIVE MODE" : nil
  }

  /// Staged rows, rows of the table, staged rows whose key the table has, rows of the table to be deleted.
  var counting: SQL {
    guard let match else { return "SELECT count(*), 0, 0, 0 FROM \(staging.table)" }
    return """
      SELECT (SELECT count(*) FROM \(staging.table)), (SELECT count(*) FROM \(table)),
        (SELECT count(*) FROM \(staging.table) AS s JOIN \(table) AS t ON \(match)),
        (SELECT count(*) FROM \(table) AS t WHERE \(isGone))
      """
  }

  var countingUpdates: SQL? {
    match.map { "SELECT count(*) FROM \(table) AS t JOIN \(staging.table) AS s ON \($0) WHERE \(differs)" }
  }

  /// Other tables, or the table itself, whose rows a foreign key deletes or changes when a row goes; `$1` is the table.
  static let affected: SQL = """
    SELECT DISTINCT n.nspname || '.' || c.relname
    FROM pg_constraint f JOIN pg_class c ON c.oid = f.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE f.contype = 'f' AND f.confrelid = $1::oid AND f.confdeltype IN ('c', 'n', 'd') ORDER BY 1
    """

  var deletedRows: SQL {
    "COPY (SELECT \(wholeRow) FROM \(table) AS t WHERE \(isGone)) TO STDOUT"
  }

  // MARK: - Writing

  var emptying: SQL? { destination.mode.traits.emptiesTable ? "TRUNCATE \(table)" : nil }

  /// For the role's own search path: it names everything with its schema. Answers with the numbers of rows deleted, updated and inserted.
  var publishing: SQL {
    guard let match else {
      return """
        WITH inserted AS (INSERT INTO \(target.table) (\(columns)) \(overriding) SELECT \(list("s"))
          FROM \(staging.table) AS s RETURNING 1)
        SELECT 0, 0, (SELECT pg_catalog.count(*) FROM inserted)
        """
    }
    // One command, so that foreign keys from the table to itself are looked at when all of it is done. Each part waits
    // for the one before it: what a row gives up, another may take.
    return """
      WITH deleted AS (\(deleting)),
      updated AS (\(updating(match))),
      inserted AS (INSERT INTO \(target.table) (\(columns)) \(overriding) SELECT \(list("s"))
        FROM \(staging.table) AS s
        WHERE NOT EXISTS (SELECT FROM \(table) AS t WHERE \(match)) AND (SELECT pg_catalog.count(*) FROM updated) OPERATOR(pg_catalog.>=) 0 RETURNING 1)
      SELECT (SELECT pg_catalog.count(*) FROM deleted), (SELECT pg_catalog.count(*) FROM updated), (SELECT pg_catalog.count(*) FROM inserted)
      """
  }

  /// A mode that deletes nothing says so without DELETE, which takes a right of its own.
  private var deleting: SQL {
    destination.mode.traits.deletesMissing
      ? "DELETE FROM \(table) AS t WHERE \(isGone) RETURNING 1" : "SELECT WHERE false"
  }

  /// True of a row of the table that is to be deleted.
  private var isGone: SQL {
    guard destination.mode.traits.deletesMissing, let match else { return "false" }
    return "NOT EXISTS (SELECT FROM \(staging.table) AS s WHERE \(match))"
  }

  /// Compares the rows' bytes, as equal is not the same: -0 and 0, 1.0 and 1.00, texts of a lax collation; and as `json`
  /// has no equality at all.
  private var differs: SQL {
    "ROW(\(list("t")))::pg_catalog.record OPERATOR(pg_catalog.*<>) ROW(\(list("s")))::pg_catalog.record"
  }

  private func updating(_ match: SQL) -> SQL {
    // An identity column that is always generated cannot be set; as an integer of the key it is equal anyway.
    let assignments = columns.filter { target.column($0.name)?.identity != .always }
      .map { "\($0) = s.\($0)" as SQL }
    if assignments.isEmpty { return "SELECT WHERE false" }
    return """
      UPDATE \(table) AS t SET \(assignments.joined(separator: ", ")) FROM \(staging.table) AS s
        WHERE \(match) AND \(differs) AND (SELECT pg_catalog.count(*) FROM deleted) OPERATOR(pg_catalog.>=) 0 RETURNING 1
      """
  }

  /// COPY takes values for such a column, so INSERT has to as well.
  private var overriding: SQL {
    columns.contains { target.column($0.name)?.identity == .always } ? "OVERRIDING SYSTEM VALUE" : ""
  }

  private func list(_ table: SQL) -> SQL { columns.map { "\(table).\($0)" as SQL }.joined(separator: ", ") }

  // MARK: - After

  /// - Parameter writer: the transaction whose rows they are; nil: all of them, or those that the staged ones name.
  func publishedRows(of writer: UInt64?) -> SQL {
    var rows: SQL = "SELECT \(list("t")) FROM \(table) AS t"
    if let writer {
      rows = "\(rows) WHERE t.xmin = '\(UInt32(truncatingIfNeeded: writer))'::xid"
    } else if destination.mode.traits.merges, let match {
      rows = "\(rows) WHERE EXISTS (SELECT FROM \(staging.table) AS s WHERE \(match))"
    }
    return "COPY (\(rows)) TO STDOUT"
  }

  /// Staged rows that no row of the table equals, and rows of the table that no staged row equals; of a table whose rows
  /// are not found by a key, none.
  func differing(most: Int) -> (staged: SQL, table: SQL) {
    guard let match else {
      return (
        "COPY (SELECT \(list("s")) FROM \(staging.table) AS s WHERE false) TO STDOUT",
        "COPY (SELECT \(list("t")) FROM \(table) AS t WHERE false) TO STDOUT"
      )
    }
    let isNamed: SQL =
      destination.mode.traits.merges ? "EXISTS (SELECT FROM \(staging.table) AS s WHERE \(match)) AND " : ""
    let equal: SQL = "\(match) AND NOT \(differs)"
    return (
      """
      COPY (SELECT \(list("s")) FROM \(staging.table) AS s
        WHERE NOT EXISTS (SELECT FROM \(table) AS t WHERE \(equal)) ORDER BY \(key) LIMIT \(most)) TO STDOUT
      """,
      """
      COPY (SELECT \(list("t")) FROM \(table) AS t
        WHERE \(isNamed)NOT EXISTS (SELECT FROM \(staging.table) AS s WHERE \(equal)) ORDER BY \(key) LIMIT \(most)) TO STDOUT
      """
    )
  }
}
