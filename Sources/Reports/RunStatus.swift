public import Records

/// How far a run came, by its files and by the ledger; also while another process is at work on it.
public struct RunStatus: Sendable, Codable {
  public var run: String
  public var pipeline: String
  public var state: RunOutcome
  /// When it began, RFC 3339.
  public var began: String
  /// Its first and its last stage, where it ends in a stage file; nil of a run that loads.
  public var from: Stage?
  public var to: Stage?
  /// The database, `user@host:5432/database`; empty where its files do not say so.
  public var target = ""
  public var datasets: [DatasetStatus]
  /// The server's process that loads at this moment.
  public var holder: Int32?
  /// Why the ledger could not be asked; what only it knows is nil then.
  public var problem: String?
  /// Why the run's files, or its report alone, are not believed.
  public var distrust: String?
  /// The command that resumes it; nil where a resume cannot succeed.
  public var resume: String?

  /// Datasets whose sources cannot be read again as they were.
  public var lostSources: Set<String> = []

  private enum CodingKeys: CodingKey {
    case run, pipeline, state, began, from, to, target, datasets, holder, problem, distrust, resume
  }

  public struct DatasetStatus: Sendable, Codable {
    public var dataset: String
    public var table: String
    /// nil while it goes on or was not begun.
    public var outcome: RunOutcome?
    /// Bytes of the unpacked source that are committed; nil where that is not known.
    public var committedBytes: Int64?
    /// The file as it lies on disk, packed where it is packed.
    public var sourceFileBytes: Int64?
    public var read: Int?
    public var loaded: Int?
    public var rejected: Int?

    public init(dataset: String, table: String, sourceFileBytes: Int64? = nil) {
      self.dataset = dataset
      self.table = table
      self.sourceFileBytes = sourceFileBytes
    }
  }

  public init(run: String, state: RunOutcome) {
    self.run = run
    self.state = state
    pipeline = ""
    began = ""
    datasets = []
  }
}
