/// What is wrong with one pipeline file, collected so that all of it is told at once.
final class Problems {
  private(set) var all: [PipelineError.Problem] = []

  func add(_ message: String, line: Int, column: Int) {
    all.append(PipelineError.Problem(line: line, column: column, message: message))
  }

  /// What a mistyped name may have meant; nothing once there are more problems than are printed.
  func hint(for text: String, among known: some Sequence<String>) -> String {
    all.count < PipelineError.shown ? Suggestion.hint(for: text, among: known) : ""
  }

  func add(_ message: String, at node: YAMLNode) {
    add(message, line: node.line, column: node.column)
  }
}
