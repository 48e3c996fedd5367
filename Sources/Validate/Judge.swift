import Records

/// Holds the rows of a batch against compiled rules. A value of its own, so that the loop over rows owns all it touches.
struct Judge: ~Copyable {
  /// A rule, and the keys that it has met where it is `unique`.
  private struct Question {
    let check: Check
    let keys: KeySet?
  }

  private let filters: [Question]
  private let rules: [Question]
  private var row: RowView
  private let hasher = KeyHasher()
  private var scratch = ByteSink()
  private var meter = WorkMeter()
  private var removed: [Bool] = []
  private var warned: [Check.Finding] = []

  /// - Parameter keys: makes the memory of one `unique` rule.
  init(_ rules: RuleSet, keys: () -> KeySet) {
    func questions(_ checks: [Check]) -> [Question] {
      checks.map { Question(check: $0, keys: $0.isUnique ? keys() : nil) }
    }
    filters = questions(rules.filters)
    self.rules = questions(rules.rules)
    row = rules.newRowView()
  }

  /// Takes the rows out that must not be loaded.
  /// - Throws: `ValidateError`; `CancellationError` when the task is cancelled.
  mutating func judge(_ batch: RowBatch) throws {
    guard !batch.rows.isEmpty, !(filters.isEmpty && rules.isEmpty) else { return }
    guard try markRemoved(batch) else { return }
    let removed = removed
    batch.removeRows { removed[$0] }
  }

  /// Fills `removed`; true where any row is.
  private mutating func markRemoved(_ batch: RowBatch) throws -> Bool {
    removed.removeAll(keepingCapacity: true)
    var lines = LineCounter(batch.source?.chunk)
    let bytes = batch.bytes.bytes
    let rows = batch.rows
    var start = 0
    var anyRemoved = false
    for number in rows.indices {
      let end = rows[number].end
      guard start <= end, end <= bytes.count else { throw ValidateError.malformedRow }
      let tuple = UnsafeRawBufferPointer(rebasing: bytes[start..<end])
      start = end
      let isLoaded = try judge(tuple, number, rows[number].position, batch, &lines)
      removed.append(!isLoaded)
      if !isLoaded { anyRemoved = true }
    }
    return anyRemoved
  }

  /// Whether the row will be loaded.
  private mutating func judge(
    _ tuple: UnsafeRawBufferPointer, _ number: Int, _ position: SourcePosition, _ batch: RowBatch,
    _ lines: inout LineCounter
  ) throws -> Bool {
    let place = KeySet.Place(ordinal: position.ordinal, offset: position.offset)
    var first: Check.Finding?
    var errors = 0
    warned.removeAll(keepingCapacity: true)
    do {
      try row.open(tuple)
      for filter in filters {
        guard let finding = try finding(filter, place) else { continue }
        // Whether it is to be loaded nobody knows: it must not vanish.
        if finding.isUntried {
          batch.rejections.append(rejection(finding, of: filter.check, more: 0, number, batch, &lines))
        } else {
          batch.filtered += 1
        }
        return false
      }
      for rule in rules {
        guard let finding = try finding(rule, place) else { continue }
        if rule.check.isWarning {
          warned.append(finding)
        } else {
          first = first ?? finding
          errors += 1
        }
      }
    } catch let error as ValidateError where error.kind == .row {
      throw ValidateError(
        .row, error.message, place: "record \(position.ordinal) at byte \(position.offset)", remedy: error.remedy)
    }
    if let first {
      batch.rejections.append(rejection(first, of: rules[first.check].check, more: errors - 1, number, batch, &lines))
      return false
    }
    for finding in warned {
      batch.warningCount += 1
      guard batch.warnings.count < RowBatch.warningsKept else { continue }
      batch.warnings.append(rejection(finding, of: rules[finding.check].check, more: 0, number, batch, &lines))
    }
    return true
  }

  private mutating func finding(_ question: Question, _ place: KeySet.Place) throws -> Check.Finding? {
    try question.check.finding(
      in: &row, question.keys, at: place, hasher: hasher, scratch: &scratch, meter: &meter)
  }

  private func rejection(
    _ finding: Check.Finding, of rule: Check, more: Int, _ number: Int, _ batch: RowBatch, _ lines: inout LineCounter
  ) -> Rejection {
    let position = batch.rows[number].position
    return Rejection(
      position: position, line: lines.line(at: position.offset), pointer: rule.pointer(of: finding), stage: .validate,
      code: rule.name, reason: rule.reason(finding, more: more), raw: batch.raw(ofRow: number))
  }
}
