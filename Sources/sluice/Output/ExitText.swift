import Records

/// The exit statuses as every command's help prints them.
enum ExitText {
  static let all =
    "EXIT STATUS\n"
    + Records.ExitStatus.allCases.map { status in
      let number = String(status.rawValue)
      return "  " + number + String(repeating: " ", count: 5 - number.count) + meaning(status)
    }.joined(separator: "\n")

  static func meaning(_ status: Records.ExitStatus) -> String {
    switch status {
    case .success: "everything accounted for, and verified where asked"
    case .failure: "failure not classified"
    case .rejects: "done, with rejects inside the budget"
    case .data: "stopped: error budget exceeded or validation errors"
    case .integrity: "parity, hash, manifest or row balance does not match"
    case .schema: "table or column missing or of another type"
    case .database: "database not reachable, refused, timed out, or lock not obtained"
    case .source: "source missing, unreadable, malformed, truncated, or changed while read"
    case .resume: "cannot resume: state missing, damaged, or of another source or target"
    case .refused: "refused: a precondition does not hold"
    case .storage: "backup, manifest or stage file cannot be written or read"
    case .usage: "wrong command line: nothing was touched"
    case .pipeline: "invalid pipeline file: nothing was touched"
    case .interrupted: "interrupted (SIGINT) after a clean stop"
    case .terminated: "terminated (SIGTERM, SIGHUP) after a clean stop"
    }
  }
}
