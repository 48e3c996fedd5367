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
        """)
  ]
}
