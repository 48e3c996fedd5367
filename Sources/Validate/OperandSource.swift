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

/// The values of one operand in one row, taken one after another with `RowView.next`: a single one, or with `*` one
/// for each element.
enum OperandValues {
  case one(Value)
  case elements(ArrayField)
  /// What a path leads to, from this hit on.
  case hits(walker: Int, next: Int)
  case none
}
