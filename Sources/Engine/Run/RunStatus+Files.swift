internal import Archive
internal import Databases
internal import Extract
internal import Postgres
internal import Records
public import Reports

extension RunStatus {
  /// Every run in a folder of runs, the newest last. What is no run folder is passed over.
  /// - Parameters:
  ///   - environment: what pipeline files and libpq refer to.
  ///   - limit: how long one server may take to connect and to answer for all of its runs.
  public static func all(
    in runs: String, environment: [String: String], within limit: Duration = .seconds(5)
  ) throws -> [RunStatus] {
    let folders = try RunFolder.ids(in: runs).compactMap { try? RunFolder.open($0, in: runs) }
    return of(folders, runs, environment, limit).sorted { ($0.began, $0.run) < ($1.began, $1.run) }
  }

  /// One run.
  public static func of(
    _ run: String, in runs: String, environment: [String: String], within limit: Duration = .seconds(5)
  ) throws -> RunStatus {
    let folder = try RunFolder.named(run, in: runs)
    return of([folder], runs, environment, limit).first ?? RunStatus(run: folder.id, state: .damaged)
  }

  /// When a run began, RFC 3339; empty where its files do not say so.
  public static func began(_ run: String, in runs: String) -> String {
    (try? Run.readFile(RunFolder.named(run, in: runs)))?.instant ?? ""
  }

  private static func of(
    _ folders: [RunFolder], _ runs: String, _ environment: [String: String], _ limit: Duration
  ) -> [RunStatus] {
    var all = folders.map { RunStatus(run: $0.id, state: .damaged) }
    var open: [ConnectionSettings: [Int]] = [:]
    for (i, folder) in folders.enumerated() {
      guard let file = all[i].read(folder, runs) else { continue }
      do {
        let pipeline = try file.readPipeline(environment)
        all[i].lostSources = file.lostSources(pipeline)
        let target = try DatabaseTarget.resolve(pipeline, environment: environment, starting: false)
        open[target.settings, default: []].append(i)
      } catch {
        all[i].problem = ReportedError(error).sentence
        all[i].resume = nil
      }
    }
    for (server, places) in open { ask(server, about: places, of: &all, within: limit) }
    return all
  }

  /// Takes in what the files say.
  /// - Returns: the run's plan, where the ledger has to be asked.
  private mutating func read(_ folder: RunFolder, _ runs: String) -> RunFile? {
    let file: RunFile
    do {
      guard try folder.hasFile(RunLayout.plan) else {
        try readWithoutPlan(folder)
        return nil
      }
      file = try Run.readFile(folder)
    } catch {
      if (error as? ArchiveError)?.kind == .untrusted { state = .untrusted }
      distrust = "\(error)"
      return nil
    }
    pipeline = file.pipeline
    state = .unfinished
    began = file.instant
    if let last = file.to { (from, to) = (file.settings.first, last) }
    target = file.server ?? ""
    datasets = file.datasets.map {
      DatasetStatus(dataset: $0.dataset, table: $0.table, sourceFileBytes: $0.source?.size)
    }
    var report: Report?
    do { report = try Report(in: folder) } catch { distrust = "\(error)" }
    // Of the stages before this run, in the same folder.
    if to == nil, report?.outcome == .staged { report = nil }
    if let report { take(report) }
    if to != nil || state == .verified || state == .loaded { return nil }
    if report == nil || report?.resume != nil {
      var options = file.options
      options.runFolder = runs
      let isRejecting = report?.error?.code == EngineError(.budget, "").code
      resume = isRejecting ? options.resumingRejecting(folder.id) : options.resuming(folder.id)
    }
    return file
  }

  /// Earlier versions wrote no `run.json` where a run ends in a stage file: its report says all. Without one it was stopped.
  private mutating func readWithoutPlan(_ folder: RunFolder) throws {
    try folder.checkTrust()
    state = .unfinished
    guard let report = try Report(in: folder) else { return }
    pipeline = report.pipeline
    datasets = report.datasets.map { DatasetStatus(dataset: $0.dataset, table: $0.table) }
    take(report)
  }

  private mutating func take(_ report: Report) {
    state = report.outcome
    for part in report.datasets {
      guard let i = datasets.firstIndex(where: { $0.dataset == part.dataset }) else { continue }
      datasets[i].outcome =
        part.parity?.isProved == true ? .verified : state == .loaded || state == .staged ? state : nil
      datasets[i].committedBytes = state == .verified || state == .loaded ? part.bytes : nil
      (datasets[i].read, datasets[i].loaded, datasets[i].rejected) = (part.read, part.loaded, part.rejected)
    }
  }
}
