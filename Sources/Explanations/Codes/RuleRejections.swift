extension Catalogue {
  /// A record that breaks a rule of the pipeline, by the rule's name.
  static let ruleRejections: [Explanation] = [
    .rejection(
      "required", "a column with `required: true` has no value, or null",
      causes: "The record has nothing at the column's pointer, or null.",
      remedy:
        "Correct the source, the column's pointer, or give it a default (which is for a missing value, not for null).",
      example: "- { column: title, type: text, at: /title, default: \"untitled\" }"),
    .rejection(
      "notEmpty", "a value is missing, null or the empty string",
      causes:
        "A rule `notEmpty` (which was called `required` before) looks there; or it is a part of the key, by which rows are found.",
      remedy: "Correct the source, or give the column a default (which is for a missing value, not for null).",
      example: "- { rule: notEmpty, of: title }"),
    .rejection(
      "unique", "the key occurred before in the source",
      causes: "A record twice, or two records with one key. The reason names the first one, which is loaded.",
      remedy: "Compare both; correct the source, or the columns of the rule.",
      example: "- { rule: unique, of: [country, number] }"),
    .rejection(
      "oneOf", "the value is not one of those listed",
      causes: "A new status or kind, other case, or white space around it.",
      remedy: "Add the value to the rule, trim the column, or make the rule a warning.",
      example: "- { rule: oneOf, of: status, values: [draft, published], severity: warning }"),
    .rejection(
      "range", "the number or date lies outside min and max",
      causes: "A wrong unit, a sign, a placeholder such as 9999; or bounds that are too narrow.",
      remedy: "Look at the record, then correct it or the bounds, which count as inside.",
      example: "- { rule: range, of: price, min: 0 }"),
    .rejection(
      "length", "the text has too few or too many characters, or the array elements",
      causes: "A text that was cut or concatenated, or bounds that are too narrow. Characters count, not bytes.",
      remedy: "Correct the record or the bounds.",
      example: "- { rule: length, of: code, min: 2, max: 8 }"),
    .rejection(
      "pattern", "the text does not match the regular expression as a whole",
      causes: """
        Another spelling; the pattern means a part of the text and lacks .* around it, or means letters beyond ASCII by \\w
        instead of \\p{L}; or the text is too long to be held against this pattern.
        """,
      remedy: "Correct the record or the pattern. Bound long texts by a `length` rule.",
      example: "- { rule: pattern, of: sku, pattern: '[A-Z]{3}-\\d+' }"),
    .rejection(
      "type", "the JSON value is of another kind than the rule says",
      causes: "A number in quotes, an object where a list is expected, 1.5 where an integer is.",
      remedy: "Correct the source, or what `is` says.",
      example: "- { rule: type, of: data/tags, is: array }"),
    .rejection(
      "date", "the text is no date, and no instant with its zone",
      causes: "A local spelling (23.11.2026, 11/23/26), a day that does not exist, or an instant without a zone.",
      remedy: "Correct the source; days and months are never guessed.",
      example: "2026-11-23 and 2026-11-23T05:12:00Z hold; 23.11.2026 does not"),
  ]

  /// A record with something that JSON allows and PostgreSQL does not, or that no column names.
  static let policyRejections: [Explanation] = [
    .rejection(
      "malformed", "a line of NDJSON is not one JSON value",
      causes:
        "A line that was cut when a writer died, two writers at once, NaN, single quotes, a comma between records.",
      remedy: """
        Correct the source and start a new run. Loading the same line again comes to the same end, as a replay changes the
        pipeline and not the source.
        """,
      example: "sluice rejects show RUN --raw > bad-lines.txt"),
    .rejection(
      "nul", "a string holds U+0000, which no text of PostgreSQL can hold",
      causes: "The escape \\u0000, mostly from fields of fixed width that were padded with zero bytes.",
      remedy:
        "Say what to do with it: `replace` puts U+FFFD in its place, `strip` leaves it out; both are counted as changed.",
      example: "policies: { nul: strip }"),
    .rejection(
      "surrogate", "a string holds half of a surrogate pair, which is no character",
      causes: "A text that was cut in the middle of an emoji, by a program that counts in UTF-16.",
      remedy: "Correct the source, or say `replace` or `strip`.",
      example: "policies: { surrogates: replace }"),
    .rejection(
      "duplicateKey", "an object holds a key twice",
      causes: "A program that wrote JSON by hand. Which value is meant, only you know.",
      remedy: "Correct the source, or say which one counts.",
      example: "policies: { duplicateKeys: last }"),
    .rejection(
      "extraKey", "no column takes a key of the record",
      causes: "A new field in the source; `policies.extraKeys` is set to error or reject.",
      remedy: "Add a column, keep the whole record in a jsonb column, or ignore such keys.",
      example: "policies: { extraKeys: ignore }"),
  ]
}
