extension TableDescription {
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

    public init(
      name: String, columns: [String?], isPrimary: Bool = false, isUnique: Bool = false, isPartial: Bool = false,
      isValid: Bool = true, definition: String = ""
    ) {
      self.name = name
      self.columns = columns
      self.isPrimary = isPrimary
      self.isUnique = isUnique
      self.isPartial = isPartial
      self.isValid = isValid
      self.definition = definition
    }
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

    public init(
      name: String, onInsert: Bool = false, onUpdate: Bool = false, onDelete: Bool = false, onTruncate: Bool = false,
      isBefore: Bool = false, isForEachRow: Bool = true
    ) {
      self.name = name
      self.onInsert = onInsert
      self.onUpdate = onUpdate
      self.onDelete = onDelete
      self.onTruncate = onTruncate
      self.isBefore = isBefore
      self.isForEachRow = isForEachRow
    }
  }

  /// A table that is published for updates or deletes and has no replica identity: the server refuses both.
  public struct Unidentified: Sendable, Hashable {
    /// `schema.table`, a partition perhaps.
    public var table: String
    public var publication: String
    public var onUpdate: Bool
    public var onDelete: Bool

    public init(table: String, publication: String, onUpdate: Bool, onDelete: Bool) {
      self.table = table
      self.publication = publication
      self.onUpdate = onUpdate
      self.onDelete = onDelete
    }
  }

  public struct Privileges: Sendable, Hashable {
    /// On the whole table; a column can have it alone.
    public var select: Bool
    /// On a column at least.
    public var insert: Bool
    /// On a column at least.
    public var update: Bool
    public var delete: Bool
    public var truncate: Bool
    /// Against writers: a right to change the whole table allows that.
    public var lock: Bool
    /// To name what lies in its schema.
    public var schema: Bool
    /// SELECT on the column of which transaction wrote a row; whoever has it on the whole table has it there.
    public var xmin: Bool

    public init(
      select: Bool = true, insert: Bool = true, update: Bool = true, delete: Bool = true, truncate: Bool = true,
      lock: Bool = true, schema: Bool = true, xmin: Bool = true
    ) {
      self.select = select
      self.insert = insert
      self.update = update
      self.delete = delete
      self.truncate = truncate
      self.lock = lock
      self.schema = schema
      self.xmin = xmin
    }
  }
}
