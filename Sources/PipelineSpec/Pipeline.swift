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
