/// What is wrong with one pipeline file, collected so that all of it is told at once.
final class Problems {
  private(set) var all: [PipelineError.Problem] = []

  func add(_ message: String, line: Int, column: Int) {
    all.append(PipelineError.Problem(line: line, column: column, message: message))
  }

  func add(_ message: String, at node: YAMLNode) {
    add(message, line: node.line, column: node.column)
  }
}
