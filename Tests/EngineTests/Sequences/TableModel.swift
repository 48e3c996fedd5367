import Records

/// What commands leave in one table, and what they end with, by what the README says of them and without any code of
/// theirs.
struct TableModel: Equatable {
  struct Row: Hashable {
    var id: Int
    var note: String
  }

  struct Pipeline: Sendable, Equatable {
    enum Mode: String, Sendable, CaseIterable { case append, replace, upsert, sync }

    var name: String
    var mode: Mode
    /// One record each, in this order.
    var ids: Range<Int>

    static let recordsPerSlice = 4
    /// The record that the table's constraint refuses in `reject`, and the one that its trigger refuses in `stop`.
    var refused: Int { ids.lowerBound + 9 }
    var wounded: Int { ids.lowerBound + 10 }

    var isStaged: Bool { mode == .upsert || mode == .sync }
    var rows: [Row] { ids.map { Row(id: $0, note: name) } }
    var slices: Int { ids.count / Self.recordsPerSlice }

    func slice(_ number: Int) -> [Row] {
      Array(rows[number * Self.recordsPerSlice..<(number + 1) * Self.recordsPerSlice])
    }
  }

  /// What is wrong with the table while a run loads.
  enum Fault: Sendable { case none, constraint, trigger }

  enum Verdict { case verified, different, unverifiable }

  /// A row of the table, and the run that wrote it last; for replays that which they complete.
  private struct Stored: Equatable {
    var row: Row
    var run: String
  }

  private struct Run: Equatable {
    var id: String
    var pipeline: Pipeline
    var setsAside = false
    var committedSlices = 0
    var isFinished = false
    /// Ids of records that were set aside and no replay has loaded.
    var refused: Set<Int> = []
    /// The run whose rejects it loads.
    var replays: String?
    var exit = Records.ExitStatus.success
  }

  private let hasKey: Bool
  private var stored: [Stored] = []
  /// In the order in which they were begun.
  private var runs: [Run] = []

  /// - Parameter hasKey: the table lets no id be there twice.
  init(hasKey: Bool) { self.hasKey = hasKey }

  /// By id and note.
  var rows: [Row] { stored.map(\.row).sorted { ($0.id, $0.note) < ($1.id, $1.note) } }

  // MARK: - Commands

  mutating func run(_ pipeline: Pipeline, id: String, _ fault: Fault) -> Records.ExitStatus {
    if pipeline.mode == .replace { stored = [] }
    runs.append(Run(id: id, pipeline: pipeline, setsAside: fault == .constraint))
    return proceed(runs.count - 1, fault)
  }

  mutating func resume(_ id: String?) -> Records.ExitStatus {
    guard let i = index(id) else { return .resume }
    if runs[i].isFinished { return runs[i].exit }
    return isSuperseded(i) ? .resume : proceed(i, .none)
  }

  mutating func replay(_ id: String?) -> Records.ExitStatus {
    guard let i = index(id) else { return .resume }
    let run = runs[i]
    guard run.isFinished else { return .refused }
    if run.refused.isEmpty { return .success }
    if isSuperseded(i) { return .resume }
    for row in run.pipeline.rows where run.refused.contains(row.id) {
      if run.pipeline.isStaged { stored.removeAll { $0.row.id == row.id } } else if isTaken(row) { continue }
      stored.append(Stored(row: row, run: run.id))
      runs[i].refused.remove(row.id)
    }
    runs.append(Run(id: "", pipeline: run.pipeline, isFinished: true, replays: run.id))
    return runs[i].refused.isEmpty ? .success : .rejects
  }

  func verify(_ pipeline: Pipeline) -> Verdict {
    let run = runs.last { $0.pipeline.name == pipeline.name && $0.replays == nil }
    let expected = pipeline.rows.filter { run?.refused.contains($0.id) != true }
    switch pipeline.mode {
    case .append: return run.map { isAppended(expected, by: $0) ? .verified : .different } ?? .unverifiable
    case .upsert: return Set(expected).isSubset(of: rows) ? .verified : .different
    case .replace, .sync: return Self.isSame(rows, expected) ? .verified : .different
    }
  }

  // MARK: - What they choose

  /// The run of a pipeline that a user would resume: the last one that has stopped, else the last one.
  func resumable(_ pipeline: Pipeline) -> String? {
    let own = runs.filter { $0.pipeline.name == pipeline.name && $0.replays == nil }
    return (own.last { !$0.isFinished } ?? own.last)?.id
  }

  /// The run of a pipeline whose rejects a user would replay: the last one that has some, else the last one.
  func replayable(_ pipeline: Pipeline) -> String? {
    let own = runs.filter { $0.pipeline.name == pipeline.name && $0.replays == nil }
    return (own.last { !$0.refused.isEmpty } ?? own.last)?.id
  }

  // MARK: - How they do it

  private func index(_ id: String?) -> Int? { runs.firstIndex { $0.id == id } }

  private func isSuperseded(_ i: Int) -> Bool { runs[(i + 1)...].contains { $0.replays != runs[i].id } }

  private func isTaken(_ row: Row) -> Bool { hasKey && stored.contains { $0.row.id == row.id } }

  private mutating func proceed(_ i: Int, _ fault: Fault) -> Records.ExitStatus {
    let isDone = runs[i].pipeline.isStaged ? publish(i, fault) : load(i, fault)
    guard isDone else { return .data }
    runs[i].isFinished = true
    runs[i].exit = runs[i].refused.isEmpty ? .success : .rejects
    return runs[i].exit
  }

  /// Slice by slice, over one connection.
  private mutating func load(_ i: Int, _ fault: Fault) -> Bool {
    let pipeline = runs[i].pipeline
    while runs[i].committedSlices < pipeline.slices {
      let rows = pipeline.slice(runs[i].committedSlices)
      let bad = rows.filter {
        isTaken($0) || fault == .constraint && $0.id == pipeline.refused
          || fault == .trigger && $0.id == pipeline.wounded
      }
      guard bad.isEmpty || runs[i].setsAside else { return false }
      stored += rows.filter { !bad.contains($0) }.map { Stored(row: $0, run: runs[i].id) }
      runs[i].refused.formUnion(bad.map(\.id))
      runs[i].committedSlices += 1
    }
    return true
  }

  /// All at once. Rows that are as they should be are left alone.
  private mutating func publish(_ i: Int, _ fault: Fault) -> Bool {
    let pipeline = runs[i].pipeline
    if fault == .constraint { runs[i].refused = [pipeline.refused] }
    let rows = pipeline.rows.filter { !runs[i].refused.contains($0.id) }
    let written = Set(rows).subtracting(self.rows)
    if fault == .trigger, written.contains(where: { $0.id == pipeline.wounded }) { return false }
    if pipeline.mode == .sync { stored.removeAll { old in !rows.contains { $0.id == old.row.id } } }
    stored.removeAll { old in written.contains { $0.id == old.row.id } }
    stored += written.map { Stored(row: $0, run: runs[i].id) }
    return true
  }

  /// An append is proved by the rows that it wrote, whoever has written since.
  private func isAppended(_ expected: [Row], by run: Run) -> Bool {
    Self.isSame(stored.filter { $0.run == run.id }.map(\.row), expected)
  }

  /// Whether both have each row as often.
  private static func isSame(_ a: [Row], _ b: [Row]) -> Bool {
    Dictionary(a.map { ($0, 1) }, uniquingKeysWith: +) == Dictionary(b.map { ($0, 1) }, uniquingKeysWith: +)
  }
}
