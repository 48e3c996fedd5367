import Explanations
import Records

/// The exit statuses as every command's help prints them.
enum ExitText {
  static let all =
    "EXIT STATUS\n"
    + Records.ExitStatus.allCases.map { status in
      let number = String(status.rawValue)
      return "  " + number + String(repeating: " ", count: 5 - number.count) + status.meaning
    }.joined(separator: "\n")
}
