import PipelineSpec
import Records

/// The row that is being looked at: its fields, and what paths into its json columns lead to, found when first asked
/// for. What it gives out is valid until the next row is opened.
struct RowView: ~Copyable {
  private let columns: [ColumnLayout]
  private var row = UnsafeRawBufferPointer(start: nil, count: 0)
  /// First byte of each field; `null` or `unknown`.
  private var starts: [Int]
  private var ends: [Int]
  private var walkers: [PathWalker]

  private static let null = -1
  private static let unknown = -2

  init(columns: [ColumnLayout], walkers: [PathWalker]) {
    self.columns = columns
    starts = Array(repeating: Self.null, count: columns.count)
    ends = starts
    self.walkers = walkers
  }

  /// Bytes of the row.
  var size: Int { row.count }

  /// `row` is one tuple, from its count of fields to its last byte.
  mutating func open(_ row: UnsafeRawBufferPointer) throws(ValidateError) {
    self.row = row
    for walker in walkers.indices { walkers[walker].isDone = false }
    guard var fields = BinaryFields(tuple: row, count: starts.count) else { throw .malformedRow }
    for column in starts.indices {
      switch fields.next() {
      case .null: starts[column] = Self.null
      case .value(let range): (starts[column], ends[column]) = (range.lowerBound, range.upperBound)
      case nil: throw .malformedRow
      }
    }
    guard fields.isComplete else { throw .malformedRow }
  }

  /// Fields of the open row that nobody knows: they have no values, not even null.
  mutating func forget(_ columns: [Int]) {
    for column in columns where starts.indices.contains(column) { starts[column] = Self.unknown }
  }

  mutating func values(
    of source: OperandSource, scratch: inout ByteSink
  ) throws -> OperandValues {
    let column = source.column
    guard starts[column] >= 0 else {
      if starts[column] == Self.unknown { return .none }
      switch source {
      case .field, .array: return .one(.null)
      case .elements, .path: return .one(.missing)
      }
    }
    let field = UnsafeRawBufferPointer(rebasing: row[starts[column]..<ends[column]])
    switch source {
    case .field(_, let scalar):
      guard let value = Value(scalar, field: field) else { throw ValidateError.malformedRow }
      return .one(value)
    case .array(_, let scalar):
      guard let array = ArrayField(scalar, field: field) else { throw ValidateError.malformedRow }
      return .one(.elements(array))
    case .elements(_, let scalar):
      guard let array = ArrayField(scalar, field: field) else { throw ValidateError.malformedRow }
      return .elements(array)
    case .path(_, let walker, let path):
      if !walkers[walker].isDone {
        guard let text = Value.json(columns[column].scalar, field: field),
          try walkers[walker].walk(text, scratch: &scratch)
        else { throw ValidateError.malformedRow }
      }
      return .hits(walker: walker, next: walkers[walker].first(path))
    }
  }

  /// The next of the values; nil after the last.
  func next(_ values: inout OperandValues) throws(ValidateError) -> Value? { try values.next(in: walkers) }
}
