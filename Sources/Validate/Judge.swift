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

  /// Takes the records out that must not be loaded.
  /// - Throws: `ValidateError`; `CancellationError` when the task is cancelled.
  mutating func judge(_ batch: inout RowBatch) throws {
    guard !rules.isEmpty else { return }
    for i in batch.rejections.indices { try judge(&batch.rejections[i]) }
    guard !batch.records.isEmpty, try markRemoved(&batch) else { return }
    let removed = removed
    batch.removeRecords { removed[$0] }
  }

  /// Fills `removed`; true where any record is.
  private mutating func markRemoved(_ batch: inout RowBatch) throws -> Bool {
    removed.removeAll(keepingCapacity: true)
    var lines = LineCounter(batch.source?.chunk)
    let table = batch.own
    let bytes = table.bytes.bytes
    let (records, rows, recordEnds) = (batch.records, table.rows, table.recordEnds)
    var (next, start) = (0, 0)
    var anyRemoved = false
    for record in records.indices {
      findings.removeAll(keepingCapacity: true)
      while next < recordEnds[record] {
        let end = rows[next].end
        guard start <= end, end <= bytes.count else { throw ValidateError.malformedRow }
        try judge(UnsafeRawBufferPointer(rebasing: bytes[start..<end]), records[record])
        (next, start) = (next + 1, end)
      }
      let isLoaded = isLoaded(record, &batch, &lines)
      removed.append(!isLoaded)
      if !isLoaded { anyRemoved = true }
    }
    return anyRemoved
  }

  /// Adds what is wrong with a row of the record to `findings`.
  private mutating func judge(_ tuple: UnsafeRawBufferPointer, _ position: SourcePosition) throws {
    do {
      try row.open(tuple)
      for rule in rules { try ask(rule, position) }
    } catch let error as ValidateError where error.kind == .row {
      throw ValidateError(
        .row, error.message, place: "\(position)", remedy: error.remedy)
    }
  }

  /// Whether the record will be loaded, by what was found in its rows.
  private mutating func isLoaded(_ record: Int, _ batch: inout RowBatch, _ lines: inout LineCounter) -> Bool {
    if findings.isEmpty { return true }
    let errors = findings.filter { !rules[$0.check].check.isWarning }
    if let first = errors.first {
      var rejection = rejection(first, record, batch, &lines)
      for finding in errors.dropFirst() { add(finding, to: &rejection) }
      batch.rejections.append(rejection)
      return false
    }
    for finding in findings {
      batch.warningCount += 1
      guard batch.warnings.count < RowBatch.warningsKept else { continue }
      batch.warnings.append(rejection(finding, record, batch, &lines))
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
    _ finding: Check.Finding, _ record: Int, _ batch: RowBatch, _ lines: inout LineCounter
  ) -> Rejection {
    let rule = rules[finding.check].check
    let position = batch.records[record]
    var rejection = Rejection(
      position: position, line: lines.line(at: position.offset), pointer: rule.pointer(of: finding), stage: .validate,
      code: rule.name, reason: rule.reason(finding), raw: batch.raw(ofRecord: record))
    rejection.repeatsKey = rule.isUnique
    return rejection
  }
}
