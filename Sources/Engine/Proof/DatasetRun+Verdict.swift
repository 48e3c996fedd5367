internal import Archive
internal import Load
internal import PipelineSpec
internal import Postgres
internal import Records
internal import Reports

/// Whether a dataset's table is what its source says.
extension DatasetRun {
  /// Compares the table with what was loaded.
  func prove(_ totals: Ledger.Totals, _ prepared: PreparedDataset, _ report: inout DatasetReport) async throws {
    let row = try await control.perform { try Ledger.row(run: run, dataset: dataset.name, on: $0) }
    var proof = Proof(
      context: context, target: control.target, plan: try DatasetPlan(prepared.plan, of: dataset),
      share: try await provedRows(row), refused: totals.refused)
    if let row { proof.sources = try await control.perform { try Ledger.sources(of: row, on: $0) } }
    try await conclude(proof, row, (totals.own.rows, totals.own.digest), &report)
  }

  /// - Throws: `run.parity` where rows differ; `run.unverifiable` where sums do, and nobody can say of which rows that comes.
  func conclude(
    _ proof: Proof, _ row: Ledger.RunRow?, _ expected: (rows: Int, digest: RowDigest),
    _ report: inout DatasetReport
  ) async throws {
    let clock = StageClock()
    defer { report.stages["verify"] = clock.times }
    let parity = try await control.holding { try await proof.compare(with: expected) }
    report.parity = parity
    if parity.isProved { return }
    if let runs = try await runsThatFillTheTable(proof, row, expected) {
      report.parity = parity.proved
      report.notes.append(
        "the run's rows cannot be told from others by their transactions (restored, rewritten or updated since, or loaded by "
          + "an earlier version): the whole table was compared with the sum of all \(runs) runs that the ledger has of it"
      )
      return
    }
    let findings: Proof.Findings
    do {
      var proof = proof
      proof.share = try await proof.share.amongOthers(of: row, control)
      findings = try await control.holding { [proof] in try await proof.search() }
    } catch let error as EngineError where error.kind == .otherSource {
      throw error
    } catch {
      try Task.checkCancellation()
      report.parity?.differences = [.unnamed(dataset.name, parity)]
      throw mismatch(parity, error)
    }
    try await judge(findings, &report)
  }

  /// Looks whether this run has loaded what its source says, and the table holds what all runs into it have left there, and
  /// nothing else.
  /// - Returns: how many runs these are; nil where it holds something else.
  private func runsThatFillTheTable(
    _ proof: Proof, _ row: Ledger.RunRow?, _ expected: (rows: Int, digest: RowDigest)
  ) async throws -> Int? {
    guard dataset.destination.mode.traits.onlyAdds, let row,
      let sum = try await control.perform({ try Ledger.tableSum(with: row, on: $0) }), sum.own == expected
    else { return nil }
    let whole = try await control.holding { try await proof.wholeTable() }
    return whole == (sum.rows, sum.digest) ? sum.runs : nil
  }

  /// What the differing sums amount to, by the rows that were found.
  private func judge(_ findings: Proof.Findings, _ report: inout DatasetReport) async throws {
    guard let parity = report.parity else { return }
    if !findings.differences.isEmpty {
      report.parity?.differences = findings.differences
      report.parity?.counts = findings.counts
      throw mismatch(parity)
    }
    let table = try await describe()
    let isKeyed = table?.uniqueKeys.contains { Set($0) == Set(dataset.destination.key) } ?? false
    if parity.actual?.rows ?? 0 > 0, findings.rewritten > 0, isKeyed {
      report.parity = parity.proved
      report.notes.append(
        "\(findings.rewritten) rows of the run were written again by others since, with the same values: found by their key"
      )
      return
    }
    let reason = Self.reason(findings, parity)
    report.parity?.mode = .unverified
    report.parity?.actual = nil
    report.parity?.reason = reason
    throw EngineError(
      .unverifiable, "source and table cannot be compared: \(reason)", place: place,
      remedy: "compare them by hand, or load the source into a table of its own")
  }

  private static func reason(_ findings: Proof.Findings, _ parity: Parity) -> String {
    if findings.unknown > 0 {
      return
        "the table has \(findings.unknown) rows more than it had before the run and than the run has loaded, and nobody "
        + "can tell whose they are"
    }
    if findings.rewritten > 0 {
      return
        "\(findings.rewritten) rows of the source are in the table, but not as the run wrote them (restored, rewritten "
        + "or updated since), and it has rows of others too: nobody can tell which of them are the run's"
    }
    return
      "their sums differed, and no row was found that does: somebody wrote to one of them meanwhile, or to the rows that "
      + "the table had before the run"
  }

  private func mismatch(_ parity: Parity, _ failure: (any Error)? = nil) -> EngineError {
    let found = parity.actual.map { "\($0.rows) with \($0.digest)" } ?? "none"
    var mismatch = EngineError(
      .parity,
      "source and table differ: expected \(parity.expected.rows) rows with digest \(parity.expected.digest), found \(found)",
      place: place,
      remedy: (context.folder == nil ? "--json lists" : "\(RunLayout.report) lists")
        + " up to 100 of the rows; \(correction)")
    guard let failure else { return mismatch }
    // The verdict stands, also where the rows cannot be named.
    mismatch.cause = failure
    mismatch.message += "; the search for the rows failed: \(ReportedError(failure).message)"
    mismatch.remedy = correction
    return mismatch
  }

  /// What to do about a table that differs.
  private var correction: String {
    dataset.destination.mode.traits.onlyAdds ? "correct the table" : "correct the table or load it again"
  }
}

extension Parity {
  /// The table has what was expected of it, by other means than the sum of the run's rows.
  fileprivate var proved: Parity {
    Parity(mode: .strict, expected: expected, actual: expected, differences: [], counts: nil)
  }
}

extension Difference {
  /// Stands for rows that differ and that nobody can name: `differences` is empty only where nothing differs.
  static func unnamed(_ dataset: String, _ parity: Parity) -> Difference {
    let (expected, actual) = (parity.expected.rows, parity.actual?.rows ?? 0)
    let kind: Kind = expected > actual ? .missing : expected < actual ? .extra : .changed
    return Difference(dataset: dataset, kind: kind, key: [:], columns: [])
  }
}
