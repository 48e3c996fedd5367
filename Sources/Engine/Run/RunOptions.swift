internal import Archive
internal import Extract
internal import Load
public import Records

/// What the user asked of a run, beside the pipeline.
public struct RunOptions: Sendable {
  /// Names of datasets; empty: all.
  public var datasets: [String] = []
  /// The folder that run folders are made in.
  public var runFolder = "runs"
  /// The run's id; nil: a new one.
  public var runID: String?
  /// Loader connections.
  public var jobs = 2
  /// Read and check everything, write nothing.
  public var isDryRun = false
  public var onError = OnError.stop
  public var maxErrors: Limit?
  /// How many rows `sync` may delete; a share is of the table's rows before.
  public var maxDelete = Limit.percent(20)
  /// `sync` deletes what the source does not have, however many rows, and those of records set aside.
  public var isConfirmed = false
  /// Load into a table that a crash of the server empties.
  public var allowsUnlogged = false
  /// Load although a publication sends the tables of schema `sluice` to subscribers.
  public var allowsPublished = false
  public var backsUp = true
  public var verifies = true
  /// Write both stage files beside the backup.
  public var keepsStages = false
  /// The stages to go through, from the first to the last.
  public var first = Stage.extract
  public var last = Stage.verify
  /// The stage file that the first stage reads, `-` for standard input; nil: the one in the run's folder.
  public var input: String?
  /// The stage file that the last stage writes, `-` for standard output; nil: the one in the run's folder.
  public var output: String?
  /// A record may have so many bytes.
  public var recordBytes = ExtractLimits().recordBytes
  /// Objects and arrays may nest this deep.
  public var depth = ExtractLimits().depth
  /// A slice of the source that becomes one transaction, in bytes.
  public var sliceBytes = ExtractLimits().sliceBytes
  /// How long a server is waited for that is away or busy; zero: not at all.
  public var retryFor = Duration.seconds(300)
  /// Wait for the server also where it does not answer the very first time, which may as well be a wrong address.
  public var waitsForServer = false
  /// How long the server lets the run wait for others before that is said.
  public var waitsNamedAfter = Duration.seconds(30)
  /// Go on with an earlier run of this id.
  var resumes = false
  /// What the run loads anew are the rejects of an earlier one.
  var replays: ReplayOrigin?
  /// The process environment: `PG*`, `SLUICE_PG_BIN`, `XDG_STATE_HOME`, `HOME`.
  public var environment: [String: String] = [:]
  /// Asked once the run's task was cancelled: which status that means.
  public var statusWhenStopped: @Sendable () -> ExitStatus = { .interrupted }

  public init() {}

  var deleteLimit: DeleteLimit {
    if isConfirmed { return .unlimited }
    return switch maxDelete {
    case .count(let rows): .rows(rows)
    case .percent(let percent): .percent(percent)
    }
  }

  var limits: ExtractLimits { ExtractLimits(recordBytes: recordBytes, depth: depth, sliceBytes: sliceBytes) }

  /// The options under which a stage file was begun.
  func at(_ head: StageHead?) -> RunOptions {
    var options = self
    guard let head else { return options }
    options.sliceBytes = head.sliceBytes
    // A stage file is no source: what is to be kept of it, extract has kept.
    options.backsUp = false
    return options
  }

  /// What a record means that cannot be loaded.
  public enum OnError: String, Sendable, CaseIterable {
    case stop, reject
  }

  /// How many records may be set aside, how many rows deleted.
  public enum Limit: Sendable, Hashable, CustomStringConvertible {
    case count(Int)
    /// Of the records read, of the table's rows.
    case percent(Double)

    /// Parses `100` or `0.5%`.
    public init?(_ text: String) {
      if text.hasSuffix("%") {
        guard let percent = Double(text.dropLast()), percent >= 0, percent <= 100 else { return nil }
        self = .percent(percent)
      } else {
        guard let count = Int(text), count >= 0 else { return nil }
        self = .count(count)
      }
    }

    /// As it is parsed.
    public var description: String {
      switch self {
      case .count(let count): "\(count)"
      case .percent(let percent): "\(percent)%"
      }
    }
  }
}
