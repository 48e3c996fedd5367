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
  /// Emptied by a crash of the server: it or one of its partitions.
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
  /// Foreign tables among its partitions and the tables that inherit from it: `schema.table`.
  public var foreignParts: [String]
  /// Tables that inherit from it, partitions left out: `schema.table`.
  public var children: [String]
  /// What cannot be updated or deleted, as it is published.
  public var unidentified: [Unidentified]

  public init(
    table: QualifiedTable, oid: UInt32, kind: Kind = .table, isUnlogged: Bool = false, isTemporary: Bool = false,
    hasRowSecurity: Bool = false, owner: String = "", columns: [Column], indexes: [Index] = [],
    triggers: [Trigger] = [], rules: [String] = [], referencedBy: [String] = [], privileges: Privileges = Privileges(),
    blocks: Int = 0, estimatedRows: Int? = nil, foreignParts: [String] = [], children: [String] = [],
    unidentified: [Unidentified] = []
  ) {
    self.table = table
    self.oid = oid
    self.kind = kind
    self.isUnlogged = isUnlogged
    self.isTemporary = isTemporary
    self.hasRowSecurity = hasRowSecurity
    self.owner = owner
    self.columns = columns
    self.indexes = indexes
    self.triggers = triggers
    self.rules = rules
    self.referencedBy = referencedBy
    self.privileges = privileges
    self.blocks = blocks
    self.estimatedRows = estimatedRows
    self.foreignParts = foreignParts
    self.children = children
    self.unidentified = unidentified
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
