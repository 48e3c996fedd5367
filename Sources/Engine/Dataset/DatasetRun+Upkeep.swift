internal import Databases
internal import Load
internal import PipelineSpec
internal import Postgres
internal import Records
internal import Reports

/// What a loaded table is left with: statistics for the planner, and sequences that do not give out a value twice. What of
/// it cannot be done is a note with its command, as the rows are there.
extension DatasetRun {
  func keepUp(_ report: inout DatasetReport) async throws {
    guard dataset.destination.analyzes || dataset.destination.movesSequences, report.changedRows > 0 else { return }
    guard let table = try await describe() else { return }
    if dataset.destination.movesSequences { try await moveSequences(of: table, &report) }
    if dataset.destination.analyzes { try await analyze(table, &report) }
  }

  private func moveSequences(of table: TableDescription, _ report: inout DatasetReport) async throws {
    let columns = dataset.columns.map(\.name)
    do {
      let outcomes = try await control.perform { connection in
        try OwnedSequences(of: table, context.patience.forLocks, on: connection).move(columns)
      }
      for outcome in outcomes {
        switch outcome {
        case .moved(let name, let next):
          report.sequences = (report.sequences ?? []) + [MovedSequence(sequence: name, next: next)]
        case .notPermitted(let name, let command):
          report.note("sequence \(name) was not moved, as this role may not: \(command)")
        case .exhausted(let name):
          report.note("sequence \(name) was not moved, as its bounds do not reach the values that were loaded")
        }
      }
    } catch let error as PostgresError where error.kind != .cancelled {
      report.note("sequences were not moved: \(error.message)")
    }
  }

  private func analyze(_ table: TableDescription, _ report: inout DatasetReport) async throws {
    context.events.emit(.phase(RunPhase(dataset.name, "analyzing")))
    let command = Statistics.command(table.table).text
    do {
      if try await control.perform({ try Statistics.gather(of: table, on: $0) }) {
        report.analyzed = true
      } else {
        report.note("not analyzed, as this role may not: \(command)")
      }
    } catch let error as PostgresError where error.kind != .cancelled {
      report.note("not analyzed: \(error.message): \(command)")
    }
  }
}

extension DatasetReport {
  /// Rows of the table that the run wrote or deleted.
  fileprivate var changedRows: Int {
    published == nil ? loaded : (inserted ?? 0) + (updated ?? 0) + (deleted ?? 0)
  }

  fileprivate mutating func note(_ text: String) { notes.append(text) }
}
