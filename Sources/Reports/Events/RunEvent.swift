public import Records

/// What a run says of itself while it goes on. Who says it knows nobody who listens.
public enum RunEvent: Sendable, Equatable {
  // Rare: each is delivered to each subscriber, once.

  case began(run: String)
  case ended(RunOutcome)
  /// Something else is done from now on.
  case phase(RunPhase)
  /// A failure that passes: it is tried again. The reason in words.
  case retrying(String)
  /// A sentence that is no part of the result.
  case said(Level, String)

  // Once a batch or a slice: counted, and seen in snapshots alone.

  /// How far the phase has read: bytes of the file on disk, and unpacked.
  case read(fileBytes: Int64, bytes: Int64)
  /// Records of a batch were set aside, or a rule warned of them.
  case judged(rejected: Int, warnings: Int)
  /// A slice was committed: its rows, and the records that the server refused.
  case committed(rows: Int, rejected: Int)
  /// Rows of a slice came to the end of their way, and are not loaded: a dry run, a stage file, a comparison.
  case passed(rows: Int)
  /// Rows were read back from the table.
  case readBack(rows: Int)
  /// How many seconds a stage has waited for its neighbours in the phase.
  case waited(Stage, seconds: Double)
  /// What the server waits for, where that lasts, in words; nil: for nothing.
  case stuck(String?)

  public enum Level: String, Sendable {
    /// What the server says; said only where somebody wants it.
    case debug
    case notice, warning, error
  }
}

/// What a run is doing: a dataset's activity from its beginning to its end.
public struct RunPhase: Sendable, Hashable {
  public var dataset: String
  /// `loading`, `verifying`.
  public var activity: String
  /// Bytes of the file on disk that it reads; nil where that is not known.
  public var total: Int64?

  public init(_ dataset: String, _ activity: String, total: Int64? = nil) {
    self.dataset = dataset
    self.activity = activity
    self.total = total
  }
}
