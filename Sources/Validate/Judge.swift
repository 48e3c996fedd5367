import Records

/// Holds the rows of a batch against compiled rules. A value of its own, so that the loop over rows owns all it touches.
struct Judge: ~Copyable {
  private let filters: [Check]
  private let rules: [Check]
  private var row: RowView
  private let hasher = KeyHasher()
  private var scratch = ByteSink()
  private var removed: [Bool] = []
  private var warned: [Check.Finding] = []

  init(filters: [Check], rules: [Check], row: consuming RowView) {
    self.filters = filters
    self.rules = rules
    self.row = row
  }

  /// Takes the rows out that must not be loaded.
  mutating func judge(_ batch: RowBatch) throws(ValidateError) {
    guard !batch.rows.isEmpty, !(filters.isEmpty && rules.isEmpty) else { return }
    guard try markRemoved(batch) else { return }
    let removed = removed
    batch.removeRows { removed[$0] }
  }

  /// Fills `removed`; true where any row is.
  private mutating func markRemoved(_ batch: RowBatch) throws(ValidateError) -> Bool {
    removed.removeAll(keepingCapacity: true)
    var lines = LineCounter(batch.source?.chunk)
    let bytes = batch.bytes.bytes
    let rows = batch.rows
    var start = 0
    var anyRemoved = false
    for number in rows.indices {
      let end = rows[number].end
      guard start <= end, end <= bytes.count else { throw .malformedRow }
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
  ) throws(ValidateError) -> Bool {
    let place = KeySet.Place(ordinal: position.ordinal, offset: position.offset)
    var first: Check.Finding?
    var errors = 0
    warned.removeAll(keepingCapacity: true)
    do throws(ValidateError) {
      try row.open(tuple)
      for filter in filters where try filter.finding(in: &row, at: place, hasher: hasher, scratch: &scratch) != nil {
        batch.filtered += 1
        return false
      }
      for rule in rules {
        guard let finding = try rule.finding(in: &row, at: place, hasher: hasher, scratch: &scratch) else { continue }
        if rule.isWarning {
          warned.append(finding)
        } else {
          first = first ?? finding
          errors += 1
        }
      }
    } catch {
      guard error.kind == .row else { throw error }
      throw ValidateError(
        .row, error.message, place: "record \(position.ordinal) at byte \(position.offset)", remedy: error.remedy)
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
