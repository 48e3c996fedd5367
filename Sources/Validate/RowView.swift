import PipelineSpec
import Records

/// The row that is being looked at: its fields, and what paths into its json columns lead to, found when first asked
/// for. What it gives out is valid until the next row is opened.
final class RowView {
  private struct Walk {
    let walker: PathWalker
    var isDone = false
  }

  private let columns: [ColumnLayout]
  private var row = UnsafeRawBufferPointer(start: nil, count: 0)
  /// First byte of each field; -1 for null.
  private var starts: [Int]
  private var ends: [Int]
  private var walks: [Walk]

  init(columns: [ColumnLayout], walkers: [PathWalker]) {
    self.columns = columns
    starts = Array(repeating: -1, count: columns.count)
    ends = starts
    walks = walkers.map { Walk(walker: $0) }
  }

  /// `row` is one tuple, from its count of fields to its last byte.
  func open(_ row: UnsafeRawBufferPointer) throws(ValidateError) {
    self.row = row
    for walk in walks.indices { walks[walk].isDone = false }
    guard row.count >= 2, Int(Int16(bigEndian: row.loadUnaligned(as: Int16.self))) == columns.count else {
      throw .malformedRow
    }
    var place = 2
    for column in starts.indices {
      guard place + 4 <= row.count else { throw .malformedRow }
      let length = Int(Int32(bigEndian: row.loadUnaligned(fromByteOffset: place, as: Int32.self)))
      place += 4
      guard length >= -1, length <= row.count - place else { throw .malformedRow }
      starts[column] = length < 0 ? -1 : place
      place += max(0, length)
      ends[column] = place
    }
    guard place == row.count else { throw .malformedRow }
  }

  func values(of source: OperandSource) throws(ValidateError) -> OperandValues {
    let column = source.column
    guard starts[column] >= 0 else {
      if case .field = source { return OperandValues(.null) }
      if case .array = source { return OperandValues(.null) }
      return OperandValues(.missing)
    }
    let field = UnsafeRawBufferPointer(rebasing: row[starts[column]..<ends[column]])
    switch source {
    case .field(_, let scalar):
      guard let value = Value(scalar, field: field) else { throw .malformedRow }
      return OperandValues(value)
    case .array(_, let scalar):
      guard let array = ArrayField(scalar, field: field) else { throw .malformedRow }
      return OperandValues(.elements(array))
    case .elements(_, let scalar):
      guard let array = ArrayField(scalar, field: field) else { throw .malformedRow }
      return OperandValues(array)
    case .path(_, let number, let path):
      if !walks[number].isDone {
        guard let text = Value.json(columns[column].scalar, field: field), walks[number].walker.walk(text) else {
          throw .malformedRow
        }
        walks[number].isDone = true
      }
      return OperandValues(walks[number].walker, path: path)
    }
  }
}
