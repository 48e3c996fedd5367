import PipelineSpec
import Records

/// Where the values of a rule's operand are found in a row.
enum OperandSource {
  /// The column itself.
  case field(column: Int, ScalarType)
  /// An array column as a whole.
  case array(column: Int, ScalarType)
  /// `tags/*`: each element of an array column.
  case elements(column: Int, ScalarType)
  /// A path into a json or jsonb column.
  case path(column: Int, walker: Int, path: Int)

  var column: Int {
    switch self {
    case .field(let column, _), .array(let column, _), .elements(let column, _), .path(let column, _, _): column
    }
  }
}

/// The values of one operand in one row or record, taken one after another: a single one, or with `*` one for each element.
enum OperandValues {
  case one(Value)
  case elements(ArrayField)
  /// What a path leads to, from this hit on.
  case hits(walker: Int, next: Int)
  case none

  /// The next one; nil after the last.
  mutating func next(in walkers: [PathWalker]) throws(ValidateError) -> Value? {
    switch self {
    case .none: return nil
    case .one(let value):
      self = .none
      return value
    case .elements(var elements):
      let value = try elements.next()
      self = .elements(elements)
      return value
    case .hits(let walker, let hit):
      guard hit >= 0 else { return nil }
      self = .hits(walker: walker, next: walkers[walker].next(hit))
      return walkers[walker].bytes(of: hit).map { Value(json: $0) } ?? .missing
    }
  }
}
