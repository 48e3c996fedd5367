import Records
import Reports

/// An error on standard error: one line that ends with its code, or, where log lines are JSON, one object.
enum ErrorLine {
  /// - Parameter lines: the error as a person reads it, where that is more than a line.
  static func write(_ error: ReportedError, lines: [String]? = nil, isJSON: Bool) {
    if isJSON, let line = try? JSONOutput.line(LoggedError(error)) { return Console.error(json: line) }
    let lines = (lines ?? [error.description]).map { "\($0)" as OutputText }
    Console.error("error: \(lines.joined(separator: "\n")) [\(error.code)]")
  }
}

/// As a log line of level `error`, with the members of `--json`.
private struct LoggedError: Encodable {
  var level = "error"
  var code: String
  var message: String
  var place: String?
  var remedy: String?

  init(_ error: ReportedError) {
    (code, message, place, remedy) = (error.code, error.message, error.place, error.remedy)
  }
}
