import PipelineSpec
import Records

/// Turns the operands of all rules of a table into sources.
struct OperandResolver {
  private let layout: TableLayout
  private var walks = PathWalks()

  init(_ layout: TableLayout) { self.layout = layout }

  mutating func resolve(_ operand: Operand) throws(ValidateError)
    -> (source: OperandSource, target: OperandType, zone: Int?)
  {
    guard let column = layout.columns.firstIndex(where: { $0.name == operand.column }) else {
      throw ValidateError(
        .rule, "the table has no column \(operand.column ?? operand.description) for the rule to look at",
        place: operand.description,
        remedy: "rules look at what is loaded: name one of \(layout.columns.map(\.name).joined(separator: ", "))")
    }
    let (scalar, zone) = (layout.columns[column].scalar, layout.columns[column].zone)
    switch (layout.columns[column].isArray, operand.path) {
    case (true, []): return (.array(column: column, scalar), .array, nil)
    case (true, [.each]): return (.elements(column: column, scalar), OperandType(scalar), zone)
    case (false, []): return (.field(column: column, scalar), OperandType(scalar), zone)
    case (false, let path) where scalar == .json || scalar == .jsonb:
      let walk = walks.add(path, of: column)
      return (.path(column: column, walker: walk.walker, path: walk.path), .json, nil)
    default:
      throw ValidateError(
        .rule, "\(operand) leads into a column of type \(scalar.rawValue)\(layout.columns[column].isArray ? "[]" : "")",
        place: operand.description,
        remedy: "only json and jsonb columns have paths; an array column has \(layout.columns[column].name)/*")
    }
  }

  /// The trees of the walks that the sources number.
  var tries: [PathTrie] { walks.tries }
}
