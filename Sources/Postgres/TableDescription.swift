public import Records

/// What the catalogue says about a table that rows are to be loaded into.
public struct TableDescription: Sendable, Hashable {
  public enum Kind: String, Sendable {
    case table = "r"
    case partitionedTable = "p"
    case view = "v"
    case materializedView = "m"
    case foreignTable = "f"
  }

  public var table: QualifiedTable
  public var oid: UInt32
  public var kind: Kind
  /// Emptied by a crash of the server.
  public var isUnlogged: Bool
  /// Gone when its session ends.
  public var isTemporary: Bool
  /// Row security would hide rows from us or refuse COPY.
  public var hasRowSecurity: Bool
  public var owner: String
  /// In the order of the table; dropped and system columns left out.
  public var columns: [Column]
  public var indexes: [Index]
  /// Those of users that are switched on; the ones that enforce foreign keys are left out.
  public var triggers: [Trigger]
  /// Rules other than a view's own. COPY does not follow them, INSERT does.
  public var rules: [String]
  /// Other tables with foreign keys to this one, which forbid TRUNCATE: `schema.table`.
  public var referencedBy: [String]
  public var privileges: Privileges
  /// Blocks of the table's data, its partitions' included.
  public var blocks: Int
  /// The planner's guess; nil where it was never made.
  public var estimatedRows: Int?

  public struct Column: Sendable, Hashable {
    public enum Generation: Sendable { case none, stored, virtual }
    public enum Identity: Sendable { case none, always, byDefault }

    public var name: String
    /// Its number in `pg_attribute`: it keeps it while others are dropped.
    public var number: Int
    public var typeOID: UInt32
    /// As `format_type` prints it: `numeric(10,2)`, `text[]`.
    public var typeName: String
    /// What is encoded: domains are resolved, also those of an array's elements; an enum is `text`. nil for a type that
    /// Sluice does not load.
    public var scalar: ScalarType?
    public var isArray: Bool
    /// The type of an array's elements as the array names it, a domain or enum perhaps; 0 where `isArray` is false.
    public var elementOID: UInt32
    public var limit: ColumnLayout.Limit
    public var isDomain: Bool
    /// The labels of an enum, in its order; nil for other types.
    public var enumLabels: [String]?
    /// By the column or by its domain.
    public var isNotNull: Bool
    public var hasDefault: Bool
    public var generation: Generation
    public var identity: Identity

    public var isEnum: Bool { enumLabels != nil }
    /// A row may leave it out.
    public var isOptional: Bool { !isNotNull || hasDefault || generation != .none || identity != .none }
  }

  public struct Index: Sendable, Hashable {
    public var name: String
    /// The columns of its key in order; nil stands for an expression.
    public var columns: [String?]
    public var isPrimary: Bool
    public var isUnique: Bool
    /// It covers the rows of a condition only.
    public var isPartial: Bool
    public var isValid: Bool
    /// Its definition, to compare and to make it again.
    public var definition: String
  }

  public struct Trigger: Sendable, Hashable {
    public var name: String
    public var onInsert: Bool
    public var onUpdate: Bool
    public var onDelete: Bool
    public var onTruncate: Bool
    /// It runs before the row is written, and can change or drop it.
    public var isBefore: Bool
    public var isForEachRow: Bool
  }

  public struct Privileges: Sendable, Hashable {
    public var select: Bool
    public var insert: Bool
    public var update: Bool
    public var delete: Bool
    public var truncate: Bool
  }

  public func column(_ name: String) -> Column? { columns.first { $0.name == name } }

  public var primaryKey: [String]? { indexes.first { $0.isPrimary }?.columns.compactMap { $0 } }

  /// The column lists of which every row has another one: primary key and unique indexes that are complete.
  public var uniqueKeys: [[String]] {
    indexes.filter { $0.isUnique && !$0.isPartial && $0.isValid && !$0.columns.contains(nil) }
      .map { $0.columns.compactMap { $0 } }
  }

  /// Triggers that INSERT and COPY fire.
  public var insertTriggers: [String] { triggers.filter(\.onInsert).map(\.name) }
}
