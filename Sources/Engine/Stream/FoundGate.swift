internal import PipelineSpec
internal import Records
internal import Transform

/// Holds rows back until a column's place is found in a record. A first slice in which none is found stops the run before
/// anything is committed.
struct FoundGate {
  private let dataset: Dataset
  private let isChecked: Bool
  /// Something was found, or there is nothing to find.
  private var isOpen: Bool
  private var held: [RowBatch] = []
  /// Whether the last slice waits for the end of the source, which decides what was never found.
  private var waitsForEnd: Bool { isChecked && dataset.checks.policies.neverFound == .error }

  /// - Parameter isChecked: false where the records are only some of the source's.
  init(_ dataset: Dataset, isChecked: Bool) {
    self.dataset = dataset
    self.isChecked = isChecked
    isOpen = !isChecked || dataset.soughtColumns.isEmpty
  }

  /// Takes a batch over, and returns the batches that may be loaded.
  /// - Parameter findings: of all records up to the end of the batch.
  /// - Throws: `run.nothingFound`
  mutating func pass(_ batch: RowBatch, _ findings: @autoclosure () -> SourceFindings) throws(EngineError) -> [RowBatch]
  {
    held.append(batch)
    if !isOpen {
      let findings = findings()
      isOpen = dataset.soughtColumns.contains { findings.found[$0] > 0 }
      if !isOpen {
        guard batch.closesSlice else { return [] }
        if findings.examined > 0 { throw .nothingFound(findings, dataset) }
      }
    }
    let waiting = waitsForEnd && batch.closesSlice ? 1 : 0
    defer { held.removeFirst(held.count - waiting) }
    return Array(held.dropLast(waiting))
  }

  /// The batches still held, once the source is read to its end.
  /// - Throws: `run.neverFound`
  mutating func finish(_ findings: SourceFindings) throws(EngineError) -> [RowBatch] {
    if waitsForEnd, let error = EngineError.neverFound(findings, dataset) { throw error }
    defer { held = [] }
    return held
  }
}

extension Dataset {
  /// Indices of the columns whose place a record may lack: not the record itself, nor words such as `$ordinal`.
  var soughtColumns: [Int] {
    columns.indices.filter { if case .pointer(let pointer) = columns[$0].source { pointer != .root } else { false } }
  }
}
