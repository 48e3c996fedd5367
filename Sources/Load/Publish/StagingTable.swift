public import PipelineSpec
public import Postgres

extension Destination {
  /// Its rows go into a staging table first, and from there into the target all at once.
  public var isStaged: Bool { mode.traits.findsByKey || repeated != .error }
}

/// The table that a run's slices go into until they are published: the target's columns that the pipeline names, in schema
/// `sluice`, so that everything a row can be refused for by itself is refused by COPY, where it has a place in the source.
public struct StagingTable: Sendable, Hashable {
  public let table: QualifiedTable
  /// Its last column says which record of the source a row is.
  public let hasOrdinals: Bool

  static let ordinal = "sluice_ordinal"

  /// - Throws: never, as the name is made here.
  public init(run: String, of spec: TableSpec) throws(PostgresError) {
    table = try QualifiedTable(schema: "sluice", table: "staging_" + Self.hash(run, spec.dataset))
    hasOrdinals = spec.destination.repeated != .error
  }

  /// Makes the table; belongs into the transaction that writes the run's row.
  public func create(for spec: TableSpec, run: String, like target: TableDescription, on connection: Connection) throws
  {
    let names = try spec.columns.map { try Identifier($0.name) }
    try connection.execute("CREATE TABLE \(table) AS SELECT \(names) FROM \(target.table) WITH NO DATA")
    try connection.execute("COMMENT ON TABLE \(table) IS \(literal: "sluice run \(run), dataset \(spec.dataset)")")
    // Without it, a publication of all tables forbids to take superseded rows out.
    var changes: [SQL] = ["REPLICA IDENTITY FULL"]
    for column in spec.columns
    where spec.destination.key.contains(column.name) || target.column(column.name)?.isNotNull ?? false {
      changes.append("ALTER COLUMN \(try Identifier(column.name)) SET NOT NULL")
    }
    if hasOrdinals { changes.append("ADD COLUMN \(try Identifier(Self.ordinal)) bigint NOT NULL") }
    changes += try checks(of: target, spec.columns, on: connection)
    try connection.execute("ALTER TABLE \(table) \(changes.joined(separator: ", "))")
  }

  public func exists(on connection: Connection) throws(PostgresError) -> Bool {
    try connection.query("SELECT to_regclass($1) IS NOT NULL", parameters: [table.quoted]).scalar == "t"
  }

  public func drop(on connection: Connection) throws(PostgresError) {
    try connection.execute("DROP TABLE IF EXISTS \(table)")
  }

  /// The target's CHECK constraints that look at columns of the pipeline only.
  private func checks(
    of target: TableDescription, _ columns: [Column], on connection: Connection
  ) throws -> [SQL] {
    let numbers = columns.compactMap { target.column($0.name)?.number }.map(String.init)
    let rows = try connection.query(
      """
      SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint
      WHERE conrelid = $1::oid AND contype = 'c' AND coalesce(conkey, '{}') <@ $2::int2[] ORDER BY conname
      """, parameters: [String(target.oid), "{\(numbers.joined(separator: ","))}"]
    ).rows
    return try rows.compactMap { row in
      guard let name = row[0], let definition = row[1] else { return nil }
      return "ADD CONSTRAINT \(try Identifier(name)) \(unsafe: definition)"
    }
  }

  /// Two FNV-1a sums, as a name must be short and a run's id need not be.
  private static func hash(_ run: String, _ dataset: String) -> String {
    let digits = [0xCBF2_9CE4_8422_2325, 0x6C62_272E_07BB_0142].map { (start: UInt64) in
      let sum = [Array(run.utf8), [0], Array(dataset.utf8)].joined().reduce(start) {
        ($0 ^ UInt64($1)) &* 0x100_0000_01B3
      }
      return String(repeating: "0", count: sum.leadingZeroBitCount / 4) + (sum == 0 ? "" : String(sum, radix: 16))
    }
    return digits.joined()
  }
}
