public import Records

/// A pipeline file, checked: what the user wrote, with defaults filled in and the environment put in.
public struct Pipeline: Sendable, Hashable {
  /// `[a-z][a-z0-9_-]*`
  public var name: String
  /// The pipeline file, as an absolute path.
  public var file: String
  /// `source.directory`, as an absolute path: no file name of a dataset leaves it.
  public var sourceDirectory: String
  /// `target.database`: a connection URL or keyword string, possibly with a secret; nil where it is empty.
  public var database: String?
  /// `target.schema`: where tables lie that name no schema.
  public var schema: String
  public var backup: Backup
  /// `migrations`, as an absolute path.
  public var migrations: String?
  public var datasets: [Dataset]

  public struct Backup: Sendable, Hashable {
    /// zstd level, 1 to 19.
    public var level: Int
    /// Folders that are archived beside the sources, as absolute paths.
    public var include: [String]

    public init(level: Int = 1, include: [String] = []) {
      self.level = level
      self.include = include
    }
  }

  public init(
    name: String, file: String, sourceDirectory: String, database: String? = nil, schema: String = "public",
    backup: Backup = Backup(), migrations: String? = nil, datasets: [Dataset]
  ) {
    self.name = name
    self.file = file
    self.sourceDirectory = sourceDirectory
    self.database = database
    self.schema = schema
    self.backup = backup
    self.migrations = migrations
    self.datasets = datasets
  }
}

/// One source file and the table it fills.
public struct Dataset: Sendable, Hashable {
  public var name: String
  /// `from.file`, as an absolute path, or `-` for standard input.
  public var file: String
  /// `source.directory`, which no symbolic link on the way to the file may lead out of; nil: they may lead anywhere.
  public var directory: String?
  public var format: Format
  /// `from.at`: where the array of records lies; the root pointer for the document itself.
  public var at: JSONPointer
  /// `optional`, of the dataset or of its `from`: a missing file is an empty dataset.
  public var isOptional: Bool
  public var schema: String
  public var table: String
  public var mode: Mode
  /// Names of columns.
  public var key: [String]
  /// `into.create`: the table is made from the columns when it is missing.
  public var create: Bool
  public var repeated: Repeated
  /// `into.rebuildIndexes`: `replace` drops the table's indexes for the load and makes them again.
  public var rebuildIndexes: Bool
  /// `into.analyze`: the planner's statistics are gathered after the load.
  public var analyzes: Bool
  /// `into.sequences`: those of the columns that are filled are moved behind their values after the load.
  public var movesSequences: Bool
  public var columns: [Column]
  public var rules: [Rule]
  /// `where`: a record that breaks one of these is filtered.
  public var filters: [Rule]
  public var policies: Policies
  /// `volatile`: the application goes on writing this table after the cutover, so that a later audit leaves it out.
  public var isVolatile: Bool

  public enum Format: String, Sendable, CaseIterable, Codable { case auto, array, ndjson, object, strings }
  public enum Mode: String, Sendable, CaseIterable, Codable { case append, replace, upsert, sync }
  /// What a key that the source has twice means.
  public enum Repeated: String, Sendable, CaseIterable, Codable { case error, first, last }

  public init(
    name: String, file: String, directory: String? = nil, format: Format = .auto, at: JSONPointer = .root,
    isOptional: Bool = false,
    schema: String = "public", table: String, mode: Mode = .append, key: [String] = [], create: Bool = false,
    repeated: Repeated = .error, rebuildIndexes: Bool = false, analyzes: Bool = true,
    movesSequences: Bool = true, columns: [Column], rules: [Rule] = [], filters: [Rule] = [],
    policies: Policies = Policies(), isVolatile: Bool = false
  ) {
    self.name = name
    self.file = file
    self.directory = directory
    self.format = format
    self.at = at
    self.isOptional = isOptional
    self.schema = schema
    self.table = table
    self.mode = mode
    self.key = key
    self.create = create
    self.repeated = repeated
    self.rebuildIndexes = rebuildIndexes
    self.analyzes = analyzes
    self.movesSequences = movesSequences
    self.columns = columns
    self.rules = rules
    self.filters = filters
    self.policies = policies
    self.isVolatile = isVolatile
  }
}

/// A column of the target and where its value comes from.
public struct Column: Sendable, Hashable {
  public var name: String
  public var type: ColumnType
  public var source: Source
  /// Missing or `null` is an error.
  public var isRequired: Bool
  /// Taken when the record has nothing at the pointer; `null` in the record stays null.
  public var `default`: Default?
  /// `coerce: lenient`
  public var isLenient: Bool
  /// `trim: true`
  public var isTrimmed: Bool
  /// `zone`: seconds east of UTC for timestamps that name none.
  public var zone: Int?
  /// `encoding`: how a string writes the bytes of a bytea; nil: as PostgreSQL does, `\x` and hexadecimal digits.
  public var encoding: BinaryEncoding?

  public enum Source: Sendable, Hashable {
    case pointer(JSONPointer)
    /// `$ordinal`: the record's place in the source, counted from 0.
    case ordinal
    /// `$value`: the record itself, the same as the root pointer; reads well for `strings`.
    case value
    /// `$dataset`: the dataset's name.
    case dataset
    /// `$now`: the run's one instant.
    case now
  }

  public enum Default: Sendable, Hashable {
    case now
    /// A JSON text: `""`, `0`, `"draft"`, `null`, `[]`.
    case json(String)
  }

  public init(
    name: String, type: ColumnType, source: Source, isRequired: Bool = false, default: Default? = nil,
    isLenient: Bool = false, isTrimmed: Bool = false, zone: Int? = nil, encoding: BinaryEncoding? = nil
  ) {
    self.name = name
    self.type = type
    self.source = source
    self.isRequired = isRequired
    self.default = `default`
    self.isLenient = isLenient
    self.isTrimmed = isTrimmed
    self.zone = zone
    self.encoding = encoding
  }
}

/// What to do with what JSON allows and PostgreSQL or the pipeline does not.
public struct Policies: Sendable, Hashable {
  /// The escape of U+0000 in a string or key.
  public var nul: Text
  /// A surrogate escape without its partner.
  public var surrogates: Text
  public var duplicateKeys: DuplicateKeys
  public var extraKeys: ExtraKeys
  public var neverFound: NeverFound

  public enum Text: String, Sendable, CaseIterable, Codable {
    /// The run stops.
    case error
    /// The record is set aside.
    case reject
    /// U+FFFD takes its place, counted.
    case replace
    /// It is left out, counted.
    case strip
  }

  public enum DuplicateKeys: String, Sendable, CaseIterable, Codable { case error, reject, first, last }
  /// Keys of the record that no column takes, and keys of an object inside it when a column takes something else from that
  /// object. `warn` counts them.
  public enum ExtraKeys: String, Sendable, CaseIterable, Codable { case ignore, warn, reject, error }
  /// A column whose place no record has.
  public enum NeverFound: String, Sendable, CaseIterable, Codable { case warn, error, ignore }

  public init(
    nul: Text = .error, surrogates: Text = .error, duplicateKeys: DuplicateKeys = .error, extraKeys: ExtraKeys = .warn,
    neverFound: NeverFound = .warn
  ) {
    self.nul = nul
    self.surrogates = surrogates
    self.duplicateKeys = duplicateKeys
    self.extraKeys = extraKeys
    self.neverFound = neverFound
  }

  /// Without the policies that only warn: the others decide which rows a source becomes.
  public var withoutWarnings: Policies {
    var policies = self
    if extraKeys == .warn { policies.extraKeys = .ignore }
    policies.neverFound = .ignore
    return policies
  }
}
