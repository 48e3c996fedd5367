public import Postgres
public import Records

/// One of the tables that the records of slices have rows in, and how a loader writes to it.
public struct SliceTable: Sendable {
  /// Which of the dataset's tables it is, as the ledger names it: `own`, or the name of a child.
  let child: String
  /// Where the rows are to be in the end, and what messages name.
  let target: QualifiedTable
  let table: QualifiedTable
  let copy: SQL
  let writesOrdinals: Bool
  let claim: TableClaim?
  let shape: TableShape?

  /// What the ledger calls the table that a dataset itself goes into.
  public static let own = ""

  /// - Parameters:
  ///   - staging: where the rows go; nil: into the table itself.
  ///   - claim: that the table is this run's, of which every slice's transaction makes sure; nil: it does not.
  ///   - shape: what the rows were encoded for, of which it makes sure as well.
  public init(
    child: String = SliceTable.own, layout: TableLayout, staging: StagingTable? = nil, claim: TableClaim? = nil,
    shape: TableShape? = nil
  ) throws(PostgresError) {
    self.child = child
    self.claim = claim
    self.shape = shape
    target = try QualifiedTable(schema: layout.schema, table: layout.table)
    table = staging?.table ?? target
    writesOrdinals = staging?.hasOrdinals ?? false
    var columns: [Identifier] = []
    for column in layout.columns { columns.append(try Identifier(column.name)) }
    if writesOrdinals { columns.append(try Identifier(StagingTable.ordinal)) }
    copy = "COPY \(table) (\(columns)) FROM STDIN (FORMAT binary)"
  }

  var isStaged: Bool { table != target }

  /// What the server says, with the target's name where it says the staging table's.
  func inTarget(_ text: String) -> String {
    !isStaged
      ? text
      : text.replacing(table.description, with: target.description)
        .replacing(table.table.name, with: target.table.name)
  }
}
