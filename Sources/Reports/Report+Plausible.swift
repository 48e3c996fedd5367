internal import Records

extension Report {
  /// Whether its numbers and its exit status are such as a run has: what is not so, no run has written.
  var isPlausible: Bool {
    ExitStatus(rawValue: exit) != nil && seconds.isDuration && datasets.allSatisfy(\.isPlausible)
  }
}

extension DatasetReport {
  /// See `Report.isPlausible`.
  var isPlausible: Bool {
    let counts = [read, loaded, rejected, filtered, warnings, changed]
    let optional = [
      inserted, updated, unchanged, deleted, repeated, parity?.expected.rows, parity?.actual?.rows,
      examined, parity?.counts?.missing, parity?.counts?.extra, parity?.counts?.changed,
    ]
    return bytes.isCount && (counts + optional.compactMap(\.self)).allSatisfy(\.isCount)
      && warningExamples.allSatisfy { $0.record.isCount && $0.offset.isCount }
      && columns.allSatisfy { $0.found.isCount }
      && extraKeys.allSatisfy { $0.records.isCount && $0.record.isCount && ($0.line ?? 0).isCount }
      && seconds.isDuration && stages.values.allSatisfy { $0.seconds.isDuration && $0.waiting.isDuration }
  }
}

extension Double {
  /// Whether so many seconds can have passed.
  fileprivate var isDuration: Bool { self >= 0 && self <= Double(CountLimit.largest) }
}
