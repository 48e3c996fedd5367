internal import Records

extension Catalogue {
  static let pipelineErrors: [Explanation] = [
    .error(
      "pipeline.invalid", .pipeline, "something in the pipeline file is wrong; each problem has its place",
      causes: """
        An unknown or repeated key, a value of the wrong kind, a variable that is not set, a column that a rule names and
        the dataset does not have, a rule that the column's type cannot answer, a pattern that RE2 does not take (lookaround,
        backreferences, counts above 1000), YAML anchors or tags.
        """,
      remedy: """
        Go to each `file:line:column` and correct it; nothing was touched. Quotes are needed around "text[]" inside { }
        and around values that begin with a $ or a *; single quotes around patterns, as YAML takes backslashes inside double
        quotes.
        """,
      example: "events.yaml:9:34: unknown key `tpye`; did you mean `type`?"),
    .error(
      "pipeline.unreadable", .pipeline, "the pipeline file is missing, is no regular file, or cannot be read",
      causes: "A wrong path, a missing permission, a folder instead of a file.",
      remedy: "Check the path, seen from the folder you are in.",
      example: "ls -l events.yaml"),
  ]

  static let validateErrors: [Explanation] = [
    .error(
      "validate.rule", .pipeline, "a rule cannot be asked of its column",
      causes: """
        The column is of a type of the target, an enum or a domain, that cannot answer what the rule asks; or a value of the
        rule is none that the column's type can have, such as a text that is no date.
        """,
      remedy: "Look up what the type is made of, and correct the rule in the line that is named; nothing was touched.",
      example: "psql -c '\\dD+ price' -c '\\dT+ mood'"),
    .error(
      "validate.row", .storage, "a row is not a tuple of the table's columns",
      causes: "A stage file of another pipeline or table, or a damaged one. In a whole run: a defect of Sluice.",
      remedy: "Write the stage file anew with the pipeline as it is now. If no stage file was given, report it.",
      example: "sluice transform events.yaml --run-id RUN"),
    .error(
      "validate.spill", .storage, "the file that keeps the keys of a unique rule cannot be written or read",
      causes:
        "The run's folder, or TMPDIR where it has none, is full or not writable. A unique rule over many keys needs room there.",
      remedy: "Make room: 64 bytes for each record and unique rule. Or let a unique index of the table check it.",
      example: "sluice run events.yaml --run-dir /var/tmp/runs"),
  ]
}
