internal import Archive
internal import Extract
internal import FoundationEssentials
internal import Load
internal import Logging
public import PipelineSpec
internal import Postgres
internal import Records

/// How far a run came, by its files and by the ledger; also while another process is at work on it.
public struct RunStatus: Sendable, Codable {
  public var run: String
  public var pipeline: String
  public var state: State
  /// When it began, RFC 3339.
  public var began: String
  public var datasets: [DatasetStatus]
  /// The server's process that loads at this moment.
  public var holder: Int32?
  /// Why the ledger could not be asked; what only it knows is nil then.
  public var problem: String?
  /// The command that goes on with it, unless it is finished or running.
  public var resume: String?

  public enum State: String, Sendable, Codable {
    case verified, loaded, failed, interrupted
    /// Somebody is at work on it.
    case running
    /// It did not end by itself: it was killed, or the machine went down.
    case unfinished
    /// Its files do not say what it was.
    case damaged
  }

  public struct DatasetStatus: Sendable, Codable {
    public var dataset: String
    public var table: String
    /// `verified`, `loaded`, `failed`, `interrupted`; nil while it goes on or was not begun.
    public var outcome: String?
    /// Bytes of the unpacked source that are committed; nil where that is not known.
    public var committedBytes: Int64?
    /// The file as it lies on disk, packed where it is packed.
    public var sourceFileBytes: Int64?
    public var read: Int?
    public var loaded: Int?
    public var rejected: Int?
  }
}

extension RunStatus {
  /// Every run in a folder of runs, the newest first. What is no run folder is passed over.
  /// - Parameter pipeline: reads the pipeline file of a run, to know its database.
  public static func all(
    in runs: String, environment: [String: String], pipeline: (String) throws -> Pipeline
  ) throws -> [RunStatus] {
    try RunFolder.ids(in: runs).reversed().compactMap { id in
      guard let folder = try? RunFolder.open(id, in: runs) else { return nil }
      return of(folder, runs, environment, pipeline)
    }
  }

  /// One run.
  public static func of(
    _ run: String, in runs: String, environment: [String: String], pipeline: (String) throws -> Pipeline
  ) throws -> RunStatus {
    of(try Run.folder(run, in: runs), runs, environment, pipeline)
  }

  private static func of(
    _ folder: RunFolder, _ runs: String, _ environment: [String: String], _ pipeline: (String) throws -> Pipeline
  ) -> RunStatus {
    guard let file = try? Run.runFile(folder) else {
      return RunStatus(run: folder.id, pipeline: "", state: .damaged, began: "", datasets: [])
    }
    var status = RunStatus(
      run: file.run, pipeline: file.pipeline, state: .unfinished, began: file.instant, datasets: [])
    status.datasets = file.datasets.map {
      DatasetStatus(dataset: $0.dataset, table: $0.table, sourceFileBytes: $0.source?.size)
    }
    if let report = Report(in: folder) { status.take(report) }
    if status.state != .verified, status.state != .loaded {
      do {
        try status.ask(try pipeline(file.file), environment)
      } catch {
        status.problem = ReportedError(error).message
      }
      if status.state != .running {
        var options = RunOptions()
        options.runFolder = runs
        status.resume = ShellText.command(["sluice", "resume", file.run], options)
      }
    }
    return status
  }

  private mutating func take(_ report: Report) {
    state = State(rawValue: report.outcome.rawValue) ?? .failed
    for part in report.datasets {
      guard let i = datasets.firstIndex(where: { $0.dataset == part.dataset }) else { continue }
      datasets[i].outcome = part.parity?.isProved == true ? "verified" : state == .loaded ? "loaded" : nil
      datasets[i].committedBytes = state == .verified || state == .loaded ? part.bytes : nil
      (datasets[i].read, datasets[i].loaded, datasets[i].rejected) = (part.read, part.loaded, part.rejected)
    }
  }

  private mutating func ask(_ pipeline: Pipeline, _ environment: [String: String]) throws {
    var target = try Target.resolve(pipeline, environment: environment, starting: false)
    target.settings = target.settings.with("connect_timeout", "3")
    let connection = try target.connect(Cancellation(), Logger(label: "sluice"))
    defer { connection.close() }
    guard try Ledger.exists(on: connection) else { return }
    for i in datasets.indices {
      let totals = try Ledger.totals(run: run, dataset: datasets[i].dataset, on: connection)
      (datasets[i].read, datasets[i].loaded, datasets[i].rejected) = (totals.read, totals.loaded, totals.rejected)
      datasets[i].committedBytes = totals.wholeUpTo
      datasets[i].outcome = try Ledger.row(run: run, dataset: datasets[i].dataset, on: connection)?.outcome
      if let found = try TableClaim.holder(of: datasets[i].table, on: connection), found.run == run {
        holder = found.pid
        state = .running
      }
    }
  }
}

extension Report {
  /// The report that a run left; nil when there is none.
  init?(in folder: RunFolder) {
    guard let bytes = try? folder.read("report.json"),
      let report = try? JSONDecoder().decode(Report.self, from: Data(bytes))
    else { return nil }
    self = report
  }
}
