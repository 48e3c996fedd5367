import PipelineSpec
import Records

/// Turns the operands of all rules of a table into sources, and gathers the paths into one json column so that one
/// walk over its text finds them all.
struct OperandResolver {
  private let layout: TableLayout
  /// One entry a walk: nearly always one a column.
  private var walks: [(column: Int, paths: [[Operand.Step]])] = []

  init(_ layout: TableLayout) { self.layout = layout }

  mutating func resolve(_ operand: Operand) throws(ValidateError) -> (source: OperandSource, target: OperandType) {
    guard let column = layout.columns.firstIndex(where: { $0.name == operand.column }) else {
      throw ValidateError(
        .rule, "the table has no column \(operand.column) for the rule to look at", place: operand.description,
        remedy: "rules look at what is loaded: name one of \(layout.columns.map(\.name).joined(separator: ", "))")
    }
    let scalar = layout.columns[column].scalar
    switch (layout.columns[column].isArray, operand.path) {
    case (true, []): return (.array(column: column, scalar), .array)
    case (true, [.each]): return (.elements(column: column, scalar), OperandType(scalar))
    case (false, []): return (.field(column: column, scalar), OperandType(scalar))
    case (false, let path) where scalar == .json || scalar == .jsonb: return (walk(column, path), .json)
    default:
      throw ValidateError(
        .rule, "\(operand) leads into a column of type \(scalar.rawValue)\(layout.columns[column].isArray ? "[]" : "")",
        place: operand.description,
        remedy: "only json and jsonb columns have paths; an array column has \(operand.column)/*")
    }
  }

  private mutating func walk(_ column: Int, _ path: [Operand.Step]) -> OperandSource {
    for number in walks.indices where walks[number].column == column {
      if let known = walks[number].paths.firstIndex(of: path) {
        return .path(column: column, walker: number, path: known)
      }
      if !walks[number].paths.contains(where: { PathTrie.conflict($0, path) }) {
        walks[number].paths.append(path)
        return .path(column: column, walker: number, path: walks[number].paths.count - 1)
      }
    }
    walks.append((column, [path]))
    return .path(column: column, walker: walks.count - 1, path: 0)
  }

  /// The trees of the walks that the sources number.
  func tries() -> [PathTrie] { walks.map { PathTrie($0.paths) } }
}
