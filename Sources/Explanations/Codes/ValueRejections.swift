internal import Records

extension Catalogue {
  /// What may stand after the dot: `type.int4`.
  static let valueTypes = Set(ScalarType.allCases.map(\.rawValue) + ["enum"])

  /// A value that its column cannot hold as it is; `*` is the column's type.
  static let valueRejections: [Explanation] = [
    .rejection(
      "type.*", "the value is not one that a column of this type takes",
      causes: """
        An object for a number, a word for a date, 30 February, \"12,5\" for a numeric, \"Happy\" for the label happy of an enum
        (type.enum). The reason says what is expected.
        """,
      remedy: """
        Correct the source or the column's type; add a label to the enum with ALTER TYPE … ADD VALUE. Where the reason says so,
        `coerce: lenient` converts, and counts it.
        """,
      example: "- { column: amount, type: numeric, at: /amount, coerce: lenient }"),
    .rejection(
      "range.*", "the number is out of the range of its column's type",
      causes: "An id over 2147483647 in an int4, more digits than numeric(p,s) has, 1e400 as a float8.",
      remedy: "Take a wider type in the table and the pipeline.",
      example: "alter table events alter column id type int8;"),
    .rejection(
      "exact.*", "the value would have to be rounded",
      causes: "6.5 in an integer column, more decimals than numeric(p,s) keeps, more than six digits of a second.",
      remedy: "Take a type that holds it, numeric without limits for instance; or round, which is counted as changed.",
      example: "- { column: price, type: numeric, at: /price, coerce: lenient }"),
    .rejection(
      "length.*", "the text has more characters than the column holds",
      causes: "varchar(n) or char(n) that is too short. Nothing is cut in silence.",
      remedy: "Make the column longer, or text.",
      example: "alter table events alter column title type text;"),
    .rejection(
      "size.*", "the value is larger than PostgreSQL can store",
      causes: "A value of about 1 GiB, or a jsonb with a string of 256 MiB or millions of elements in one array.",
      remedy: "Keep it outside the database, or take json or text instead of jsonb.",
      example: "- { column: data, type: json, at: \"\" }"),
    .rejection(
      "zone.*", "a timestamp has no zone and its column is an instant, or the other way round",
      causes: "2026-11-23T05:12:00 for a timestamptz: which instant that is, nobody can know; or …Z for a timestamp.",
      remedy: "Say the zone that the source means, or choose the other type.",
      example: "- { column: ts, type: timestamptz, at: /ts, zone: UTC }"),
    .rejection(
      "nul.*", "the string holds U+0000, which PostgreSQL cannot store in this type",
      causes: "The escape \\u0000, mostly from fields of fixed width that were padded with zero bytes.",
      remedy: "Correct the source, or set the policy.",
      example: "policies: { nul: strip }"),
    .rejection(
      "surrogate.*", "the string holds half of a surrogate pair, which is no character",
      causes: "A text that was cut in the middle of an emoji, by a program that counts in UTF-16.",
      remedy: "Correct the source, or set the policy.",
      example: "policies: { surrogates: replace }"),
  ]
}
