internal import Records

extension Catalogue {
  static let outputErrors: [Explanation] = [
    .error(
      "output.write", .storage, "the result could not be written to standard output",
      causes: "A full disk below a redirection, or a standard output that is closed.",
      remedy: """
        What the command did is done, and a run's result is also in its report.json. Make room, and ask again where it is
        a question. A reader that closes the pipe, such as head, is no error.
        """,
      example: """
        sluice status RUN
        jq .outcome runs/RUN/report.json
        """),
    .error(
      "command.usage", .usage, "the command line names what is not there",
      causes:
        "A code that no output has, a record that was not set aside, or a run with several archives of which none is named.",
      remedy: "The error line says what there is.",
      example: """
        sluice explain
        sluice rejects list RUN
        """),
  ]
}
