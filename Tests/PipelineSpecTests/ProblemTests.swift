import PipelineSpec
import Testing

/// A text with one thing wrong, and the whole of what is said about it.
struct Flaw: Sendable, CustomTestStringConvertible {
  let yaml: String
  let problem: String

  init(_ yaml: String, _ problem: String) {
    self.yaml = yaml
    self.problem = problem
  }

  var testDescription: String { problem }
}

@Suite struct `A problem` {
  @Test(
    "is told with its place", arguments: top + sources + targets + columns + zones + rules + filters)
  func told(_ flaw: Flaw) {
    #expect(problems(flaw.yaml) == [flaw.problem])
  }

  static let top: [Flaw] = [
    Flaw("just words", "1:1: the pipeline must be a mapping of keys to values, not a single value"),
    Flaw("", "1:1: the file is empty"),
    Flaw("# nothing but a comment\n", "1:1: the file is empty"),
    Flaw(
      pipeline().replacing("pipeline: p", with: "pipeline: Events"),
      "1:11: `pipeline` must be a name of a-z, 0-9, `_` and `-` that begins with a letter"),
    Flaw(pipeline().replacing("pipeline: p", with: "migrations: m"), "1:1: the pipeline needs `pipeline`: its name"),
    Flaw("pipeline: p\ndatasets: []", "2:11: `datasets` must list at least one dataset"),
    Flaw("pipeline: p\ndatasets:", "2:10: `datasets` must list at least one dataset"),
    Flaw("pipeline: p", "1:1: `datasets` must list at least one dataset"),
    Flaw("pipeline: p\ndatasets: many", "2:11: `datasets` must be a list, not a single value"),
    Flaw("pipeline: p\ndatasets: [ 1 ]", "2:13: a dataset must be a mapping of keys to values, not a single value"),
    Flaw("sauce: x\n" + pipeline(), "1:1: unknown key `sauce` in the pipeline; did you mean `source`?"),
    Flaw("\"a\\nb\": x\n" + pipeline(), "1:1: unknown key `a\\nb` in the pipeline"),
    Flaw("\"postgresql://u:secret@h/d\": x\n" + pipeline(), "1:1: unknown key `postgresql://…` in the pipeline"),
    Flaw(
      "target: { host=h password=secret: }\n" + pipeline(),
      "1:11: unknown key `host=…` in `target`; a value that holds a comma is written in quotes"),
    Flaw(
      "target: { schema: app, database: '${URL-postgresql://u:secret@h/d}' }\n" + pipeline(),
      "1:34: `${URL…}` is not `${NAME}` or `${NAME:-default}`; write `$$` for a dollar sign"),
    Flaw(
      "backup: { level: \"postgresql://u:secret@h/d\" }\n" + pipeline(),
      "1:18: `level` must be a whole number, 1 to 19, not `postgresql://…`"),
    Flaw("source: x\n" + pipeline(), "1:9: `source` must be a mapping of keys to values, not a single value"),
    Flaw("source: { directory: \"\" }\n" + pipeline(), "1:22: `directory` must be a path, not empty"),
    Flaw("source: { directory: \"a\\0b\" }\n" + pipeline(), "1:22: `directory` must be a path, not with a NUL in it"),
    Flaw("backup: { level: 0 }\n" + pipeline(), "1:18: `level` must be a whole number, 1 to 19, not `0`"),
    Flaw("backup: { level: 1e0 }\n" + pipeline(), "1:18: `level` must be a whole number, 1 to 19, not `1e0`"),
    Flaw("backup: { level: 010 }\n" + pipeline(), "1:18: `level` must be a whole number, 1 to 19, not `010`"),
    Flaw("backup: { include: x }\n" + pipeline(), "1:20: `include` must be a list, not a single value"),
    Flaw("target: { schema: \"\" }\n" + pipeline(), "1:19: `schema` must not be empty"),
    Flaw(
      "policies: { nul: ignore }\n" + pipeline(),
      "1:18: `nul` must be one of `error`, `reject`, `replace`, `strip`, not `ignore`"),
    Flaw(
      "policies: { extraKeys: rejct }\n" + pipeline(),
      "1:24: `extraKeys` must be one of `ignore`, `warn`, `reject`, `error`, not `rejct`; did you mean `reject`?"),
    Flaw(
      pipeline(more: ", polices: {}"),
      "7:19: unknown key `polices` in a dataset; did you mean `policies`?"),
    Flaw(
      pipeline().replacing("dataset: d", with: "dataset: ../d"),
      "3:16: `dataset` becomes the name of files: use A-Z, a-z, 0-9, `_`, `-` and `.`, a letter or digit first, "
        + "at most 100 bytes"),
    Flaw(pipeline(more: ", volatile: yes"), "7:29: `volatile` must be `true` or `false`, not `yes`"),
    Flaw(pipeline(more: ", volatile: 'true'"), "7:29: `volatile` must be `true` or `false`, not `true`"),
  ]

  static let sources: [Flaw] = [
    Flaw(pipeline(from: "{}"), "3:25: `from` needs `file`"),
    Flaw(pipeline(from: "a.json"), "3:25: `from` must be a mapping of keys to values, not a single value"),
    Flaw(
      pipeline(from: "{ file: /etc/passwd }"),
      "3:33: `file` must be relative to `source.directory`, not absolute"),
    Flaw(pipeline(from: "{ file: a/../../b }"), "3:33: `file` must stay inside `source.directory`"),
    Flaw(pipeline(from: "{ file: ../pipelines/b }"), "3:33: `file` must stay inside `source.directory`"),
    Flaw(pipeline(from: "{ file: a/.. }"), "3:33: `file` must name a file"),
    Flaw(pipeline(from: "{ file: '' }"), "3:33: `file` must name a file"),
    Flaw(pipeline(from: #"{ file: "a\0" }"#), "3:33: `file` must not hold a NUL"),
    Flaw(pipeline(from: "{ file: [a] }"), "3:33: `file` must have a single value, not a list"),
    Flaw(
      pipeline(from: "{ file: a, format: jsonl }"),
      "3:44: `format` must be one of `auto`, `array`, `ndjson`, `object`, `strings`, not `jsonl`"),
    Flaw(
      pipeline(from: "{ file: a, at: items }"),
      "3:40: `at` must be a JSON Pointer: \"\" for the document, or `/key/…`, with `~0` for ~ and `~1` for /"),
    Flaw(
      pipeline(from: "{ file: a, at: /*/items }"),
      "3:40: `at` has the step `*`, but a pointer names one place: take the array itself, as `jsonb`, or one element by "
        + "its number, such as `/items/0`"),
    Flaw(
      pipeline(from: "{ file: a, optional: true }", more: ", optional: true"),
      "3:46: `optional` stands on the dataset already; keep one of them"),
  ]

  static let targets: [Flaw] = [
    Flaw(pipeline(into: "{ mode: append }"), "3:49: `into` needs `table`"),
    Flaw(pipeline(into: "{ table: '' }"), "3:58: `table` must not be empty"),
    Flaw(
      pipeline(into: "{ table: \(String(repeating: "é", count: 32)) }"),
      "3:58: `table` has 64 bytes, of which PostgreSQL would keep 63: shorten it"),
    Flaw(
      pipeline(into: "{ table: app.events }"),
      "3:58: `table` has a dot: write `schema: app` and `table: events`; a dot of the name itself is written in SQL's "
        + "quotes, `'\"a.b\"'`"),
    Flaw(
      pipeline(into: "{ table: '\"app\".\"events\"' }"),
      "3:58: `table` has a dot: write the schema under `schema`; a dot of the name itself is written in SQL's quotes, "
        + "`'\"a.b\"'`"),
    Flaw(pipeline(into: "{ table: '\"\"' }"), "3:58: `table` must not be empty"),
    Flaw(
      pipeline(into: "{ table: t, mode: upsert }"),
      "3:67: `mode` `upsert` needs `key`: the columns by which a row is found again"),
    Flaw(
      pipeline(into: "{ table: t, mode: sync, key: [] }"),
      "3:67: `mode` `sync` needs `key`: the columns by which a row is found again"),
    Flaw(
      pipeline(into: "{ table: t, repeated: first }"),
      "3:71: `repeated` needs `key`: the columns that may be met twice"),
    Flaw(
      pipeline(into: "{ table: t, mode: append, rebuildIndexes: true }"),
      "3:91: `rebuildIndexes` goes with `mode: replace` only, and without `repeated`"),
    Flaw(
      pipeline(into: "{ table: t, mode: replace, key: id, repeated: last, rebuildIndexes: true }"),
      "3:117: `rebuildIndexes` goes with `mode: replace` only, and without `repeated`"),
    Flaw(
      pipeline(into: "{ table: t, mode: upsert, key: [id, dok] }"),
      "3:85: `key` names `dok`, which is not among `columns`; did you mean `doc`?"),
    Flaw(pipeline(into: "{ table: t, key: [id, id] }"), "3:71: `key` names `id` twice"),
    Flaw(
      pipeline(into: "{ table: t, mode: merge }"),
      "3:67: `mode` must be one of `append`, `replace`, `upsert`, `sync`, not `merge`"),
  ]

  static let columns: [Flaw] = [
    Flaw(pipeline(column: "{ type: text, at: /a }"), "5:6: a column needs `column`: its name"),
    Flaw(pipeline(column: "{ column: a, at: /a }"), "5:6: a column needs `type`"),
    Flaw(
      pipeline(column: "{ column: a/b, type: text }"),
      "5:6: a column needs `at`: where its value lies, such as `/a~1b`"),
    Flaw(pipeline(column: "{ column: n, type: text, at: /a }"), "5:16: a second column named `n`"),
    Flaw(
      pipeline(column: "{ column: a, type: text, at: a }"),
      "5:35: `at` must be a JSON Pointer (`/key`, or \"\" for the whole record) or one of "
        + "`$ordinal`, `$value`, `$dataset`, `$now`; did you mean `/a`?"),
    Flaw(
      pipeline(column: "{ column: a, type: text, at: /items/*/sku }"),
      "5:35: `at` has the step `*`, but a pointer names one place: take the array itself, as `jsonb`, or one element by "
        + "its number, such as `/items/0`"),
    Flaw(
      pipeline(column: "{ column: a, type: text, at: /items/- }"),
      "5:35: `at` has the step `-`, the place behind an array's last element, which never has a value"),
    Flaw(
      pipeline(column: "{ column: a, type: text,\n at: /a #b\n }"),
      "6:6: `at`: YAML takes the `#` behind this pointer for a comment; write the pointer in quotes"),
    Flaw(
      pipeline(column: "{ column: a, type: text, at: $ordinl }"),
      "5:35: `at` must be a JSON Pointer (`/key`, or \"\" for the whole record) or one of "
        + "`$ordinal`, `$value`, `$dataset`, `$now`; did you mean `$ordinal`?"),
    Flaw(
      pipeline(column: "{ column: a, type: string, at: /a }"),
      "5:25: `type` `string` is no type here; write `text`"),
    Flaw(
      pipeline(column: "{ column: a, type: timestampz, at: /a }"),
      "5:25: `type` `timestampz` is no type here; write `timestamptz`"),
    Flaw(
      pipeline(column: "{ column: a, type: nummeric, at: /a }"),
      "5:25: `type` `nummeric` is no type here; did you mean `numeric`? "
        + "(A type of the target with this name is written in SQL's quotes, "
        + "`'\"name\"'`.)"),
    Flaw(
      pipeline(column: "{ column: a, type: 'varchar(20)', at: /a }"),
      "5:25: `type` `varchar(20)` takes no length or precision: the table has it; write the type's name alone"),
    Flaw(
      pipeline(column: "{ column: a, type: 'Timestamp(3) with time zone', at: /a }"),
      "5:25: `type` `Timestamp(3) with time zone` takes no length or precision: the table has it; write the type's name "
        + "alone"),
    Flaw(
      pipeline(column: "{ column: a, type: bit(3), at: /a }"),
      "5:25: `type` `bit(3)` cannot be loaded; write `text` (or `jsonb`) and convert it after the load: ALTER TABLE … ALTER "
        + "COLUMN … TYPE bit(3) USING …::bit(3)"),
    Flaw(
      pipeline(column: "{ column: a, type: text, at: /a, default: }"),
      "5:48: `default` has no value; write `null` or `\"\"`, or leave the key out"),
    Flaw(
      pipeline(column: "{ column: a, type: text, at: /a, default: $ordinal }"),
      "5:48: `default` cannot be `$ordinal`; of these words only `$now` can stand here"),
    Flaw(
      pipeline(column: "{ column: a, type: text, at: /a, coerce: loose }"),
      "5:47: `coerce` must be one of `exact`, `lenient`, not `loose`"),
    Flaw(
      pipeline(column: "{ column: a, type: bytea, at: /a, encoding: raw }"),
      "5:50: `encoding` must be one of `hex`, `base64`, not `raw`"),
    Flaw(
      pipeline(column: "{ column: a, type: text, at: /a, encoding: hex }"),
      "5:49: `encoding` is for columns of type `bytea`"),
    Flaw(
      pipeline(column: "{ column: a, type: text, at: /a, trim: on }"),
      "5:45: `trim` must be `true` or `false`, not `on`"),
    Flaw(
      pipeline(column: "{ column: a, type: text, at: /a, requierd: true }"),
      "5:39: unknown key `requierd` in a column; did you mean `required`?"),
    Flaw(
      "pipeline: p\ndatasets:\n- {dataset: d, from: {file: a}, into: {table: t}}",
      "3:3: `columns` must list at least one column"),
    Flaw(
      "pipeline: p\ndatasets:\n- {dataset: d, from: {file: a}, into: {table: t}, columns: []}",
      "3:60: `columns` must list at least one column"),
  ]

  static let zones: [Flaw] =
    ["utc", "+2:00", "+16:00", "+01:60", "±01:00", "01:00", "Europe/Paris"].map { zone in
      Flaw(
        pipeline(column: "{ column: a, type: timestamptz, at: /a, zone: \(zone) }"),
        "5:52: `zone` must be `UTC`, or hours and minutes east of it as `+02:00` or `-05:30`")
    } + [
      Flaw(
        pipeline(column: "{ column: a, type: timestamp, at: /a, zone: UTC }"),
        "5:50: `zone` is for columns of type `timestamptz`")
    ]

  static let rules: [Flaw] = [
    Flaw(
      pipeline(rule: "{ of: id }"),
      "7:6: a rule needs `rule`: one of `notEmpty`, `unique`, `oneOf`, `range`, `length`, `pattern`, `type`, `date`"),
    Flaw(
      pipeline(rule: "{ rule: uniqe, of: id }"),
      "7:14: there is no rule `uniqe`; the rules are `notEmpty`, `unique`, `oneOf`, `range`, `length`, `pattern`, "
        + "`type`, `date`; did you mean `unique`?"),
    Flaw(
      pipeline(rule: "{ rule: unique }"),
      "7:6: rule `unique` needs `of`: a column, or a place inside one such as `data/status`"
    ),
    Flaw(pipeline(rule: "{ rule: unique, of: [] }"), "7:26: `of` must name a column"),
    Flaw(
      pipeline(rule: "{ rule: unique, of: [id, nn] }"),
      "7:31: `of` names `nn`, which is not among `columns`; did you mean `n`?"),
    Flaw(
      pipeline(rule: "{ rule: unique, of: 'doc/*/x' }"),
      "7:26: `unique` compares records, and cannot look at every element (`*`)"),
    Flaw(
      pipeline(rule: "{ rule: unique, of: n/x }"),
      "7:26: `n/x` looks inside column `n`, which is int4; only json and jsonb columns have an inside, and arrays have "
        + "elements (`n/*`)"),
    Flaw(
      pipeline(rule: "{ rule: pattern, of: [id, n], pattern: a }"),
      "7:32: `pattern` cannot look at `n`, which is int4"),
    Flaw(
      pipeline(
        column: "{ column: tags, type: 'text[]', at: /tags }", rule: "{ rule: pattern, of: tags, pattern: a }"),
      "7:27: `pattern` cannot look at `tags`, which is text[]; its elements are `tags/*`"),
    Flaw(pipeline(filter: "{ rule: length, of: n, min: 1 }"), "7:34: `length` cannot look at `n`, which is int4"),
    Flaw(
      pipeline(rule: "{ rule: oneOf, of: n, values: [1, a, null] }"),
      "7:40: `a` can never be a value of `n`, which is int4"),
    Flaw(
      pipeline(
        column: "{ column: tags, type: 'date[]', at: /tags }", rule: "{ rule: oneOf, of: tags/*, values: [7] }"),
      "7:42: `7` can never be a value of `tags/*`, which is date[]"),
    Flaw(
      pipeline(rule: "{ rule: unique, of: doc/x #y\n }"),
      "7:26: `of`: YAML takes the `#` behind this pointer for a comment; write the pointer in quotes"),
    Flaw(
      pipeline(rule: "{ rule: unique, of: doc/~x }"),
      "7:26: `doc/~x`: `~` must be written `~0`, and `/` inside a name `~1`"),
    Flaw(pipeline(rule: "{ rule: oneOf, of: id }"), "7:6: rule `oneOf` needs `values`"),
    Flaw(pipeline(rule: "{ rule: oneOf, of: id, values: [] }"), "7:37: `values` must not be empty"),
    Flaw(
      pipeline(rule: "{ rule: oneOf, of: id, values: [[1]] }"), "7:38: `values` must have a single value, not a list"),
    Flaw(
      pipeline(rule: "{ rule: oneOf, of: id, value: [a], values: [a] }"),
      "7:29: unknown key `value` in rule `oneOf`; did you mean `values`?"),
    Flaw(pipeline(rule: "{ rule: range, of: n }"), "7:6: rule `range` needs `min` or `max`"),
    Flaw(pipeline(rule: "{ rule: range, of: n, min: 0x1 }"), "7:33: `min` must be a number, not `0x1`"),
    Flaw(pipeline(rule: "{ rule: range, of: n, min: 2, max: 1 }"), "7:41: `max` is below `min`: no value could pass"),
    Flaw(
      pipeline(rule: "{ rule: length, of: id, min: -1 }"),
      "7:35: `min` must be a whole number, 0 or more, not `-1`"),
    Flaw(
      pipeline(rule: "{ rule: length, of: id, max: 99999999999999999999 }"),
      "7:35: `max` must be a whole number, 0 or more, not `99999999999999999999`"),
    Flaw(pipeline(rule: "{ rule: pattern, of: id }"), "7:6: rule `pattern` needs `pattern`"),
    Flaw(
      pipeline(rule: "{ rule: pattern, of: id, pattern: \(String(repeating: "a", count: 1001)) }"),
      "7:40: `pattern` has 1001 bytes; at most 1000 are taken"),
    Flaw(
      pipeline(rule: "{ rule: type, of: id, is: text }"),
      "7:32: `is` must be one of `string`, `number`, `integer`, `boolean`, `object`, `array`, `null`, not `text`"),
    Flaw(
      pipeline(rule: "{ rule: date, of: id, severity: warn }"),
      "7:38: `severity` must be one of `error`, `warning`, not `warn`"),
    Flaw(pipeline(rule: "required"), "7:6: a rule must be a mapping of keys to values, not a single value"),
  ]

  static let filters: [Flaw] = [
    Flaw(
      pipeline(filter: "{ rule: unique, of: id }"),
      "7:22: `unique` cannot stand in `where`: which of the equal records would stay? Use `into.repeated`"),
    Flaw(
      pipeline(filter: "{ rule: date, of: id, severity: error }"),
      "7:36: unknown key `severity` in rule `date`"),
  ]

  @Test func `in a pattern names what the regular expression lacks`() throws {
    let found = problems(pipeline(rule: "{ rule: pattern, of: id, pattern: '[a' }"))
    #expect(found == ["7:40: `pattern` is no regular expression: missing ], at `[a`"])
  }

  @Test func `in a pattern that other engines take says what to write instead`() {
    #expect(
      problems(pipeline(rule: "{ rule: pattern, of: id, pattern: '(?=a)b' }")) == [
        "7:40: `pattern` has a lookahead, which is not supported, at `(?=`; say what the whole value looks like, or write "
          + "several rules"
      ])
    #expect(
      problems(pipeline(rule: "{ rule: pattern, of: id, pattern: '(a{1000}){1000}' }")) == [
        "7:40: `pattern` has a repetition whose count is not supported, at `{1000}`; count to 1000 at most, nested "
          + "repetitions multiplied, or use a `length` rule"
      ])
  }

  @Test func `in a pattern out of the environment does not show what stands there`() {
    let found = problems(
      pipeline(rule: "{ rule: pattern, of: id, pattern: '${SECRET}' }"), environment: ["SECRET": "[hunter2"])
    #expect(found == ["7:40: `pattern` is no regular expression: missing ]"])
  }

  @Test func `is told together with all others, in the order of the file`() {
    let found = problems(
      """
      pipeline: 9
      backup: { level: 99, levl: 1 }
      datasets:
        - dataset: d
          dataset: e
          from: { file: ../x }
          into: { table: t, mode: sync }
          columns:
            - { column: a, type: int, at: a }
            - { column: a, type: text, at: /a }
          rules:
            - { rule: unique, of: [b] }
      """)
    #expect(
      found.map { String($0.prefix { $0 != " " }) } == [
        "1:11:", "2:18:", "2:22:", "5:5:", "6:19:", "7:29:", "9:28:", "9:37:", "10:19:", "12:30:",
      ])
  }

  @Test func `between two datasets is seen`() {
    func both(_ first: String, _ second: String) -> [String] {
      problems(
        """
        pipeline: p
        datasets:
          - { \(first), columns: [ { column: a, type: text, at: /a } ] }
          - { \(second), columns: [ { column: a, type: text, at: /a } ] }
        """)
    }
    #expect(
      both("dataset: d, from: {file: a}, into: {table: t}", "dataset: d, from: {file: a}, into: {table: u}")
        == ["4:16: a second dataset named `d`"])
    #expect(
      both("dataset: d, from: {file: '-'}, into: {table: t}", "dataset: e, from: {file: '-'}, into: {table: u}")
        == ["4:32: only one dataset can be read from the standard input"])
    #expect(
      both(
        "dataset: d, from: {file: a}, into: {table: t}",
        "dataset: e, from: {file: b}, into: {table: t, schema: public, mode: replace}")
        == [
          "4:50: datasets `d` and `e` fill one table, and `replace` after `append` would delete rows of the other"
        ])
    #expect(
      both("dataset: d, from: {file: a}, into: {table: t}", "dataset: e, from: {file: a}, into: {table: t}").isEmpty)
    #expect(
      both(
        "dataset: d, from: {file: a}, into: {table: t, mode: replace}",
        "dataset: e, from: {file: a}, into: {table: t, schema: s, mode: replace}"
      ).isEmpty)
  }

  @Test func `with the number of columns is seen at 1,601`() {
    func columns(_ count: Int) -> String {
      let list = (1...count).map { "{column: c\($0), type: text, at: /c}" }.joined(separator: ", ")
      return "pipeline: p\ndatasets:\n- {dataset: d, from: {file: a}, into: {table: t}, columns: [\(list)]}"
    }
    #expect(problems(columns(1600)).isEmpty)
    #expect(
      problems(columns(1601)) == ["3:60: `columns` lists 1601 columns; a table of PostgreSQL has at most 1600"])
  }
}
