import ArgumentParser
import PipelineSpec

/// The command that the words of a command line lead to.
struct CommandPath {
  private(set) var command: any ParsableCommand.Type = Sluice.self
  /// A word in the place of a command that is none.
  private(set) var unknown: String?

  init(_ words: some Sequence<String>) {
    for (i, word) in words.enumerated() {
      if i == 0, word == "help" { continue }
      let subcommands = command.configuration.subcommands
      guard !subcommands.isEmpty, !word.hasPrefix("-") else { return }
      guard let next = subcommands.first(where: { $0._commandName == word }) else {
        unknown = word
        return
      }
      command = next
    }
  }

  /// - Throws: what is wrong with a word that is no command, and what was meant most likely.
  func check() throws(ValidationError) {
    guard let unknown else { return }
    let known = command.configuration.subcommands.map { $0._commandName }
    let whole = command == Sluice.self ? "sluice" : "sluice \(command._commandName)"
    let hint = Suggestion.hint(for: unknown, among: known)
    throw ValidationError(
      "`\(whole) \(unknown)` is no command" + (hint.isEmpty ? "; there are \(known.joined(separator: ", "))" : hint))
  }
}
