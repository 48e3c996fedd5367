internal import Archive
internal import Extract
internal import Load
internal import PipelineSpec
internal import Postgres
internal import Records
internal import Reports
internal import Validate

/// Before a run is begun, everything that it will need is looked at, of all datasets: first what lies in files, then what the
/// server has. Nothing is touched.
extension Run {
  // MARK: - Files

  /// Finds problems of rules, sources, stage files and folders, for which no server has to be asked.
  func checkFiles(_ datasets: [Dataset], run: String, _ problems: inout PlanProblems) throws {
    for dataset in datasets {
      // Rules about types of the target wait for its catalogue.
      try problems.gather(
        dataset.ofKnownTypes(dataset.checks.rules), filters: dataset.ofKnownTypes(dataset.checks.filters),
        against: TableCheck.layout(declaredBy: dataset.table))
      // Which sources a resume needs, says the ledger.
      if resumed == nil { _ = try problems.gather { try checkInput(of: dataset) } }
    }
    let makesFolder = options.first == .extract && options.output == nil && resumed == nil
    guard makesFolder else { return }
    if options.backsUp {
      for path in pipeline.backup.include { _ = try problems.gather { try FolderArchive.check(folder: path) } }
    }
    if !options.isDryRun { _ = try problems.gather { try checkFolder(run) } }
  }

  private func checkFolder(_ run: String) throws {
    do throws(ArchiveError) {
      try RunFolder.check(run, in: options.runFolder)
    } catch {
      throw error.kind == .exists ? EngineError.taken(run) : error
    }
  }

  /// The source, or the stage file that takes its place. A pipe is not read.
  func checkInput(of dataset: Dataset) throws {
    if options.first == .extract {
      try SourceCheck.check(dataset.source, limits: options.limits, setsMalformedAside: options.onError == .reject)
    } else if options.input != "-" {
      _ = try stageSource(dataset, nil)
    }
  }

  // MARK: - Server

  /// Finds problems of the server, the ledger and the tables.
  /// - Parameters:
  ///   - report: gets what is worth knowing of the server; its `unchanged` loses the tables that are not there.
  ///   - problems: those that were found before.
  /// - Throws: all problems.
  func plan(
    _ datasets: [Dataset], _ report: inout Report, _ control: Control, _ problems: PlanProblems
  ) async throws -> RunPlan {
    var problems = problems
    let server: ServerFacts
    do {
      server = try await control.perform { try control.target.check($0) }
      try resumed?.file.check(server, place: control.place)
    } catch {
      throw try problems.ending(with: error)
    }
    report.notes = server.notesOnLoading
    do { try await control.checkPublications(options, notice: events.warn) } catch { try problems.add(error) }
    let tables: TablePlanner
    do {
      let (id, found) = (report.run, problems)
      tables = try await control.perform { connection in
        var tables = TablePlanner(run: self, id: id, problems: found)
        try tables.plan(datasets, on: connection)
        return tables
      }
    } catch {
      throw try problems.ending(with: error)
    }
    report.unchanged?.removeAll { tables.missing.contains($0) }
    if let error = tables.problems.error { throw error }
    return RunPlan(server: server, datasets: tables.plans)
  }
}

extension Dataset {
  /// Those rules that are about columns whose type the pipeline file says.
  fileprivate func ofKnownTypes(_ rules: [Rule]) -> [Rule] {
    let named = columns.filter { if case .named = $0.type { true } else { false } }.map(\.name)
    return rules.filter { rule in !rule.operands.contains { $0.column.map(named.contains) ?? false } }
  }
}
