public import PipelineSpec
public import Records

/// Holds rows against rules, one call a batch, in the order of the source: rules look at what will be loaded.
///
/// Filters (`where`) run first: a row that breaks one leaves the batch and is counted in `filtered`, nothing else is
/// asked of it. A row that breaks a rule of severity `error` leaves the batch for `rejections`, once, named after the
/// first rule broken; `warning` rules broken by rows that stay are counted, one by one, and the first of them kept.
/// `unique` remembers the key of every row that the filters let pass, also of those that another rule rejects: a key
/// must occur once in the source.
///
/// A value of a kind that a condition cannot measure breaks it (a string under a `range` of numbers, a number under a
/// `pattern`); where the column's type shows that beforehand, `init` refuses the rule.
///
/// One owner at a time; not thread-safe.
public final class Validator {
  public struct Limits: Sendable {
    /// Bytes of memory for the tables of all `unique` rules together; what does not fit goes to disk. Filters and
    /// fences come on top, 1.375 bytes a key: see `KeySet`.
    public var uniqueMemory: Int

    public init(uniqueMemory: Int = KeySet.defaultTableMemory) { self.uniqueMemory = uniqueMemory }
  }

  private var filters: [Check] = []
  private var rules: [Check] = []
  private let row: RowView
  private let hasher = KeyHasher()
  private var scratch = ByteSink()
  private var removed: [Bool] = []
  private var warned: [Check.Finding] = []
  private var isFinished = false

  /// `spillFolder` must exist by the time keys of `unique` rules outgrow their memory.
  public init(
    rules: [Rule], filters: [Rule], layout: TableLayout, limits: Limits = Limits(), spillFolder: String
  ) throws(ValidateError) {
    let uniques = (rules + filters).count { $0.condition == .unique }
    let memory = limits.uniqueMemory / max(1, uniques)
    var resolver = OperandResolver(layout)
    func compile(_ rules: [Rule]) throws(ValidateError) -> [Check] {
      var checks: [Check] = []
      for rule in rules where !rule.operands.isEmpty {
        let keys = rule.condition == .unique ? KeySet(folder: spillFolder, tableMemory: memory) : nil
        checks.append(try Check(rule, number: checks.count, resolver: &resolver, keys: keys))
      }
      return checks
    }
    self.filters = try compile(filters)
    self.rules = try compile(rules)
    row = RowView(columns: layout.columns, walkers: resolver.walkers())
  }

  /// Takes the rows out of the batch that must not be loaded and says why; `read` keeps closing. After an error the
  /// batch is not to be used.
  public func validate(_ batch: RowBatch) throws(ValidateError) {
    precondition(!isFinished, "the validator is finished")
    guard !batch.rows.isEmpty, !(filters.isEmpty && rules.isEmpty) else { return }
    removed.removeAll(keepingCapacity: true)
    var lines = LineCounter(batch.source)
    var isComplete = true
    for number in batch.rows.indices {
      let isLoaded = try check(number, of: batch, &lines)
      removed.append(!isLoaded)
      if !isLoaded { isComplete = false }
    }
    if !isComplete { batch.removeRows { removed[$0] } }
  }

  /// Frees the keys of `unique` rules, in memory and on disk. Nothing may be validated after it.
  public func finish() {
    isFinished = true
    filters = []
    rules = []
  }

  /// Whether row `number` will be loaded.
  private func check(_ number: Int, of batch: RowBatch, _ lines: inout LineCounter) throws(ValidateError) -> Bool {
    let position = batch.rows[number].position
    let place = KeySet.Place(ordinal: position.ordinal, offset: position.offset)
    do throws(ValidateError) {
      try row.open(UnsafeRawBufferPointer(rebasing: batch.bytes.bytes[batch.range(ofRow: number)]))
      for filter in filters where try filter.finding(in: row, at: place, hasher: hasher, scratch: &scratch) != nil {
        batch.filtered += 1
        return false
      }
      var first: Check.Finding?
      var errors = 0
      warned.removeAll(keepingCapacity: true)
      for rule in rules {
        guard let finding = try rule.finding(in: row, at: place, hasher: hasher, scratch: &scratch) else { continue }
        if rule.isWarning {
          warned.append(finding)
        } else {
          first = first ?? finding
          errors += 1
        }
      }
      if let first {
        batch.rejections.append(rejection(first, more: errors - 1, number, batch, &lines))
        return false
      }
      for finding in warned {
        batch.warningCount += 1
        guard batch.warnings.count < RowBatch.warningsKept else { continue }
        batch.warnings.append(rejection(finding, more: 0, number, batch, &lines))
      }
      return true
    } catch {
      guard error.kind == .row else { throw error }
      throw ValidateError(
        .row, error.message, place: "record \(position.ordinal) at byte \(position.offset)", remedy: error.remedy)
    }
  }

  private func rejection(
    _ finding: Check.Finding, more: Int, _ number: Int, _ batch: RowBatch, _ lines: inout LineCounter
  ) -> Rejection {
    let rule = rules[finding.check]
    let position = batch.rows[number].position
    return Rejection(
      position: position, line: lines.line(at: position.offset), pointer: rule.pointer(of: finding), stage: .validate,
      code: rule.name, reason: rule.reason(finding, more: more), raw: batch.raw(ofRow: number))
  }
}
