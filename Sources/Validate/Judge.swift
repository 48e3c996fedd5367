import Records

/// Holds the rows of a batch against compiled rules. A value of its own, so that the loop over rows owns all it touches.
struct Judge: ~Copyable {
  /// A rule, and the keys that it has met where it is `unique`.
  private struct Question {
    let check: Check
    let keys: KeySet?
  }

  private let rules: [Question]
  private var row: RowView
  private let hasher = KeyHasher()
  private var scratch = ByteSink()
  private var meter = WorkMeter()
  private var removed: [Bool] = []
  private var findings: [Check.Finding] = []

  /// - Parameter keys: makes the memory of one `unique` rule.
  init(_ rules: RuleSet, keys: () -> KeySet) {
    self.rules = rules.rules.map { Question(check: $0, keys: $0.isUnique ? keys() : nil) }
    row = rules.newRowView()
  }

  /// Takes the rows out that must not be loaded.
  /// - Throws: `ValidateError`; `CancellationError` when the task is cancelled.
  mutating func judge(_ batch: RowBatch) throws {
    guard !rules.isEmpty else { return }
    for i in batch.rejections.indices { try judge(&batch.rejections[i]) }
    guard !batch.rows.isEmpty, try markRemoved(batch) else { return }
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
    findings.removeAll(keepingCapacity: true)
    do {
      try row.open(tuple)
      for rule in rules { try ask(rule, position) }
    } catch let error as ValidateError where error.kind == .row {
      throw ValidateError(
        .row, error.message, place: "\(position)", remedy: error.remedy)
    }
    if findings.isEmpty { return true }
    let errors = findings.filter { !rules[$0.check].check.isWarning }
    if let first = errors.first {
      var rejection = rejection(first, number, batch, &lines)
      for finding in errors.dropFirst() { add(finding, to: &rejection) }
      batch.rejections.append(rejection)
      return false
    }
    for finding in findings {
      batch.warningCount += 1
      guard batch.warnings.count < RowBatch.warningsKept else { continue }
      batch.warnings.append(rejection(finding, number, batch, &lines))
    }
    return true
  }

  /// Names what rules say of a record that columns refused, as far as its other columns tell. It has no key: nothing
  /// repeats it.
  private mutating func judge(_ rejection: inout Rejection) throws {
    guard let partial = rejection.row else { return }
    rejection.row = nil
    findings.removeAll(keepingCapacity: true)
    try partial.tuple.withUnsafeBytes { tuple in
      try row.open(tuple)
      row.forget(partial.refused)
      for rule in rules where !rule.check.isUnique && !rule.check.isWarning { try ask(rule, rejection.position) }
    }
    for finding in findings { add(finding, to: &rejection) }
  }

  private mutating func ask(_ question: Question, _ position: SourcePosition) throws {
    try question.check.judge(
      &row, question.keys, at: KeySet.Place(ordinal: position.ordinal, offset: position.offset), hasher: hasher,
      scratch: &scratch, meter: &meter, into: &findings)
  }

  private func add(_ finding: Check.Finding, to rejection: inout Rejection) {
    let rule = rules[finding.check].check
    rejection.add(rule.reason(finding), code: rule.name)
  }

  private func rejection(
    _ finding: Check.Finding, _ number: Int, _ batch: RowBatch, _ lines: inout LineCounter
  ) -> Rejection {
    let rule = rules[finding.check].check
    let position = batch.rows[number].position
    var rejection = Rejection(
      position: position, line: lines.line(at: position.offset), pointer: rule.pointer(of: finding), stage: .validate,
      code: rule.name, reason: rule.reason(finding), raw: batch.raw(ofRow: number))
    rejection.repeatsKey = rule.isUnique
    return rejection
  }
}
