internal import Patterns
internal import Records

/// `pattern`: a regular expression that the whole string must match.
struct PatternRule: RuleKind {
  static let name = "pattern"
  static let keys = ["pattern"]

  /// A pattern of this size compiles at once; a larger one is no pattern that anybody wrote.
  static let limit = 1000

  let text: String

  static func read(_ fields: Fields) -> Rule.Condition? {
    fields.require("pattern")
    guard let scalar = fields.scalar("pattern") else { return nil }
    let pattern = scalar.text
    guard pattern.utf8.count <= limit else {
      fields.report("pattern", "has \(pattern.utf8.count) bytes; at most \(limit) are taken")
      return nil
    }
    do throws(PatternError) {
      _ = try Pattern(pattern)
    } catch {
      // What comes from the environment may be secret.
      let place = !error.part.isEmpty && scalar.written.contains(error.part) ? ", at `\(error.part.visible)`" : ""
      fields.report("pattern", error.message + place + (error.remedy.map { "; \($0)" } ?? ""))
    }
    return .pattern(pattern)
  }

  func accepts(_ type: OperandType) -> Bool { type.isAny(of: [.text]) }

  var arguments: [String: RuleArgument] { ["pattern": .text(text)] }

  var phrase: String { "does not match the pattern \(text)" }
}
