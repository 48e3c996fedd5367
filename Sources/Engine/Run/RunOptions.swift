internal import Archive
internal import Load
public import Records
internal import Reports

/// How a run goes: its settings, which `run.json` keeps, and what holds for this attempt alone. The settings can be named as if
/// they were properties of its own.
@dynamicMemberLookup
public struct RunOptions: Sendable {
  public var settings: RunSettings
  /// Names of datasets; empty: all.
  public var datasets: [String] = []
  /// The folder that run folders are made in.
  public var runFolder = ShellText.usualRunFolder
  /// The run's id; nil: a new one.
  public var runID: String?
  /// Read and check everything, write nothing.
  public var isDryRun = false
  /// `sync` deletes what the source does not have, however many rows, and those of records set aside.
  public var isConfirmed = false
  /// The last of the stages to go through.
  public var last = Stage.verify
  /// The stage file that the last stage writes, `-` for standard output; nil: the one in the run's folder.
  public var output: String?
  /// How long to retry while the server is away or busy; zero: not at all.
  public var retryFor = Duration.seconds(300)
  /// Wait for the server also where it does not answer the very first time, which may as well be a wrong address.
  public var waitsForServer = false
  /// How long the server lets the run wait for others before that is said.
  public var waitsNamedAfter = Duration.seconds(30)
  /// Go on with an earlier run of this id.
  var resumes = false
  /// The process environment: `PG*`, `SLUICE_PG_BIN`, `XDG_STATE_HOME`, `HOME`, `TMPDIR`.
  public var environment: [String: String] = [:]
  /// What it means that the run is stopped.
  public var stopping = Stopping()

  public init(_ settings: RunSettings = RunSettings()) { self.settings = settings }

  public subscript<Value>(dynamicMember path: WritableKeyPath<RunSettings, Value>) -> Value {
    get { settings[keyPath: path] }
    set { settings[keyPath: path] = newValue }
  }

  var deleteLimit: DeleteLimit {
    if isConfirmed { return .unlimited }
    return switch settings.maxDelete {
    case .count(let rows): .rows(rows)
    case .percent(let percent): .percent(percent)
    }
  }

  /// The options under which a stage file was begun.
  func at(_ head: StageHead?) -> RunOptions {
    var options = self
    guard let head else { return options }
    options.sliceBytes = head.sliceBytes
    // A stage file is no source: what is to be kept of it, extract has kept.
    options.backsUp = false
    return options
  }
}
