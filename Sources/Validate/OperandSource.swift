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

/// The values of one operand in one row, one after another: a single one, or with `*` one for each element.
struct OperandValues {
  private enum State {
    case one(Value)
    case elements(ArrayField)
    case hits(PathWalker, next: Int)
    case end
  }

  private var state: State

  init(_ value: Value) { state = .one(value) }
  init(_ elements: ArrayField) { state = .elements(elements) }
  init(_ walker: PathWalker, path: Int) { state = .hits(walker, next: walker.first(path)) }

  mutating func next() throws(ValidateError) -> Value? {
    switch state {
    case .end: return nil
    case .one(let value):
      state = .end
      return value
    case .elements(var elements):
      let value = try elements.next()
      state = .elements(elements)
      return value
    case .hits(let walker, let hit):
      guard hit >= 0 else { return nil }
      state = .hits(walker, next: walker.hits[hit].next)
      return walker.bytes(of: hit).map { Value(json: $0) } ?? .missing
    }
  }
}
