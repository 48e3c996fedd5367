internal import Archive
internal import Load
internal import Records
internal import Reports
internal import Synchronization
internal import Transform

/// What the stages of one dataset count, together.
final class DatasetTally: Sendable {
  struct Counts: Sendable {
    /// Records that extract found.
    var found: Int64 = 0
    var bytes: Int64 = 0
    /// Records in committed slices, and what became of them.
    var read = 0
    var loaded = 0
    var rejected = 0
    var filtered = 0
    /// Rows in committed slices, by table.
    var tables: [RowSum] = []
    var warnings = 0
    var warningExamples: [Rejection] = []
    var changed = 0
    /// Records that the server refused; their text is still to be fetched.
    var refused: [Rejection] = []
    var stages: [String: StageTimes] = [:]
    var archive: ArchiveSummary?
    /// Of the whole source, once transform has seen it.
    var findings: SourceFindings?
  }

  private let state = Mutex(Counts())
  private static let examples = 20

  var counts: Counts { state.withLock { $0 } }

  func extracted(records: Int64, bytes: Int64) {
    state.withLock { counts in
      counts.found = records
      counts.bytes = bytes
    }
  }

  func archived(_ summary: ArchiveSummary) { state.withLock { $0.archive = summary } }

  func transformed(_ findings: SourceFindings) { state.withLock { $0.findings = findings } }

  func validated(_ batch: RowBatch) {
    state.withLock { counts in
      counts.warnings += batch.warningCount
      counts.changed += batch.changed
      let room = Self.examples - counts.warningExamples.count
      if room > 0 { counts.warningExamples += batch.warnings.prefix(room) }
    }
  }

  func committed(_ outcome: SliceLoader.Outcome) {
    state.withLock { counts in
      counts.read += outcome.read
      counts.loaded += outcome.loaded
      counts.rejected += outcome.rejected
      counts.filtered += outcome.filtered
      if counts.tables.isEmpty { counts.tables = outcome.tables.map { _ in RowSum() } }
      for i in outcome.tables.indices { counts.tables[i] += outcome.tables[i] }
      counts.refused += outcome.refused
    }
  }

  func ended(_ stage: String, _ clock: StageClock) {
    state.withLock { counts in
      let times = clock.times
      let before = counts.stages[stage] ?? StageTimes(seconds: 0, waiting: 0)
      counts.stages[stage] = StageTimes(
        seconds: before.seconds + times.seconds, waiting: before.waiting + times.waiting)
    }
  }
}
