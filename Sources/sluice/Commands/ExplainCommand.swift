import ArgumentParser
import Explanations
import Records

struct ExplainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "explain",
    abstract: "What an exit status, an error code or the rule of a reject means, and what to do.",
    discussion: """
      Codes stand in brackets at the end of an error line, and under `rule` in a reject file. Without a code it lists
      all of them.

      EXAMPLES
        sluice explain 9
        sluice explain load.refused
        sluice explain type.int4
        sluice explain 23505
        sluice explain --json | jq -r '.[].code'
      """)

  @Argument(help: "An exit status, an error code, a rule's name, or an SQLSTATE.", completion: Completion.code)
  var code: String?

  @OptionGroup var output: OutputOptions

  func run() throws {
    guard let code else {
      if output.json { return try JSONOutput.write(Catalogue.all.map(ExplainedCode.init)) }
      return try Console.out(ExplanationText.list)
    }
    guard let explanation = Catalogue.find(code) else {
      let near = Catalogue.near(code)
      let hint =
        near.isEmpty ? "`sluice explain` lists all codes" : "did you mean " + near.joined(separator: ", ") + "?"
      throw output.failed(WrongCall(message: "there is no code \(code)", remedy: hint))
    }
    if output.json { return try JSONOutput.write(ExplainedCode(explanation)) }
    try Console.out(ExplanationText.of(explanation))
  }
}
