public import Records

/// The outcome of a run: `report.json` and `--json`.
public struct Report: Sendable, Codable {
  public var run: String
  public var pipeline: String
  public var outcome: RunOutcome
  public var exit: Int32
  public var seconds: Double
  public var datasets: [DatasetReport]
  public var differences: [Difference]
  /// What limits what the result says, in sentences.
  public var notes: [String] = []
  /// What ended the run, where something did.
  public var error: ReportedError?
  /// Everything that kept the run from being begun, `error` first, where it was more than that.
  public var problems: [ReportedError]?
  /// The tables, as `schema.table`, of a run that ended before it began with any of them.
  public var unchanged: [String]?
  /// The run whose rejects this one loads.
  public var replays: String?
  /// Nothing was written: `loaded` counts what a run would load.
  public var dryRun: Bool?
  /// The command that goes on with the run, where it did not reach its end.
  public var resume: String?
  /// Of a run that failed: how many rows it has added by `append` to which tables. A new run adds them again.
  public var appended: [String: Int]?
  /// How to look at the data.
  public var next: [String]
  /// The database, `user@host:5432/database`; nil where none was reached or asked.
  public var target: String?
  /// The run's folder; nil where it has none.
  public var folder: String?

  public init(run: String, pipeline: String) {
    self.run = run
    self.pipeline = pipeline
    outcome = .failed
    exit = ExitStatus.failure.rawValue
    seconds = 0
    datasets = []
    differences = []
    next = []
  }

  /// Every error that is to be told.
  public var errors: [ReportedError] { problems ?? error.map { [$0] } ?? [] }

  /// The run reached its end.
  public var isComplete: Bool { outcome == .verified || outcome == .loaded }
}

/// What became of one dataset.
public struct DatasetReport: Sendable, Codable {
  public var dataset: String
  /// `schema.table`
  public var table: String
  /// Of the unpacked source; of a run that did not reach its end, those that are committed.
  public var bytes: Int64 = 0
  /// SHA-256 of the unpacked source, where it was backed up.
  public var sha256: String?
  public var read = 0
  public var loaded = 0
  public var rejected = 0
  public var filtered = 0
  /// `replace` emptied the table before it loaded into it.
  public var emptied: Bool?
  /// Of modes that stage: whether the loaded rows are in the table yet. Until they are, it is as it was.
  public var published: Bool?
  /// What publishing did, for a dataset that is staged (upsert, sync, repeated keys): rows that were added …
  public var inserted: Int?
  /// … that were there and differed …
  public var updated: Int?
  /// … that were there as they are, and were not written again …
  public var unchanged: Int?
  /// … and that the source does not have.
  public var deleted: Int?
  /// The command that brings the deleted rows back.
  public var restore: String?
  /// Records that gave way to another one of their key; they count as filtered.
  public var repeated: Int?
  /// The planner's statistics were gathered.
  public var analyzed: Bool?
  /// Sequences of the table that were behind their columns' values, and were moved.
  public var sequences: [MovedSequence]?
  public var warnings = 0
  /// Values that a policy or `coerce: lenient` changed.
  public var changed = 0
  public var seconds: Double = 0
  public var stages: [String: StageTimes] = [:]
  public var parity: Parity?
  /// What limits what the result says of this dataset, and what is left to be done, with its command; in sentences.
  public var notes: [String] = []
  /// Columns of the table that the pipeline does not name, and that were not compared.
  public var uncompared: [String] = []
  /// Examples of what rules of severity `warning` found.
  public var warningExamples: [Warning] = []
  /// Of a dry run that met some: the records that a run would set aside, which no file has.
  public var rejects: RejectReport?
  /// Records in which the columns' places were looked for: all except filtered ones, malformed lines, and those that a
  /// policy refused for their text. nil where the source was not read to its end, or its records were not transformed.
  public var examined: Int?
  /// In how many of these each column's place was found. A null is found.
  public var columns: [FoundColumn] = []
  /// Columns whose place was found in none (`policies.neverFound`).
  public var neverFound: [NeverFound] = []
  /// Keys that no column takes (`policies.extraKeys: warn`), the first 100 of them.
  public var extraKeys: [ExtraKeyCount] = []
  /// There are more than are listed.
  public var hasMoreExtraKeys = false

  public init(dataset: String, table: String) {
    self.dataset = dataset
    self.table = table
  }
}

public struct MovedSequence: Sendable, Codable, Hashable {
  /// `schema.name`
  public var sequence: String
  /// The value that it gives out next.
  public var next: String

  public init(sequence: String, next: String) {
    self.sequence = sequence
    self.next = next
  }
}

public struct StageTimes: Sendable, Codable, Hashable {
  public var seconds: Double
  public var waiting: Double

  public init(seconds: Double, waiting: Double) {
    self.seconds = seconds
    self.waiting = waiting
  }
}

public struct Warning: Sendable, Codable, Hashable {
  public var rule: String
  public var record: Int64
  public var offset: Int64
  public var pointer: String
  public var reason: String

  public init(rule: String, record: Int64, offset: Int64, pointer: String, reason: String) {
    self.rule = rule
    self.record = record
    self.offset = offset
    self.pointer = pointer
    self.reason = reason
  }
}
