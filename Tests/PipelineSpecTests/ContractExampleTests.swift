import PipelineSpec
import Records
import Testing

@Suite struct `A pipeline file` {
  static let example = """
    pipeline: events                      # [a-z][a-z0-9_-]*
    source: { directory: ${EVENTS_DATA:-./data} }   # relative to this file
    target: { database: ${DATABASE_URL:-}, schema: public }   # empty: libpq's PG* variables
    backup: { level: 1, include: [./uploads] }
    migrations: ./prisma/migrations        # for `sluice migrate` and `preflight`
    datasets:
      - dataset: events
        from: { file: events.json, format: auto, at: "" }   # auto|array|ndjson|object|strings
        into: { table: analytics_events, mode: replace, key: [id], create: true }
        columns:
          - { column: id,       type: text,        at: /id, required: true }
          - { column: position, type: int4,        at: $ordinal }         # 0-based place in the source
          - { column: ts,       type: timestamptz, at: /ts, default: $now }
          - { column: data,     type: jsonb,       at: "" }               # the whole record
        rules:
          - { rule: unique, of: [id] }
          - { rule: oneOf, of: data/status, values: [draft, published], severity: warning }
    """

  @Test func `is read as the contract shows it`() throws {
    var destination = Destination(table: "analytics_events", mode: .replace, key: ["id"])
    destination.create = true
    let expected = Pipeline(
      name: "events", file: "/etc/pipelines/p.yaml", sourceDirectory: "/etc/pipelines/data",
      backup: Pipeline.Backup(level: 1, include: ["/etc/pipelines/uploads"]),
      migrations: "/etc/pipelines/prisma/migrations",
      datasets: [
        Dataset(
          name: "events",
          source: Source(file: "/etc/pipelines/data/events.json", directory: "/etc/pipelines/data"),
          destination: destination,
          columns: [
            Column(name: "id", type: .scalar(.text), source: .pointer(JSONPointer(tokens: ["id"])), isRequired: true),
            Column(name: "position", type: .scalar(.int4), source: .ordinal),
            Column(
              name: "ts", type: .scalar(.timestamptz), source: .pointer(JSONPointer(tokens: ["ts"])), default: .now),
            Column(name: "data", type: .scalar(.jsonb), source: .pointer(.root)),
          ],
          checks: Checks(rules: [
            Rule(condition: .unique, operands: [Operand(column: "id")], line: 16),
            Rule(
              condition: .oneOf(["\"draft\"", "\"published\""]),
              operands: [Operand(column: "data", path: [.key("status")])], severity: .warning, line: 17),
          ]))
      ])
    let pipeline = try parse(Self.example)
    #expect(pipeline == expected)
    #expect(pipeline.datasets.first?.checks.rules.map(\.line.number) == [16, 17])
  }

  @Test func `may say everything there is to say`() throws {
    let pipeline = try parse(
      """
      pipeline: full-site_2
      source:
        directory: /srv/data
      target: { database: "postgres://u:p@h/db", schema: app }
      backup:
        level: 19
        include:
          - ../uploads
          - /srv/media
      policies: { nul: replace, duplicateKeys: last }
      datasets:
        - dataset: Users.v1
          optional: true
          volatile: true
          from: { file: sub/../users.jsonl.gz, format: ndjson, at: /a~1b/0 }
          into: { table: users, schema: other, mode: upsert, key: [a, b], repeated: last }
          policies: { nul: strip, surrogates: reject, extraKeys: error }
          columns:
            - { column: a, type: integer, at: /a }
            - { column: b, type: 'text[]', at: /b, default: [] , coerce: lenient, trim: true }
            - { column: c, type: timestamptz, at: /c, zone: -05:30, coerce: exact }
            - { column: d, type: text, at: $dataset }
            - { column: e, type: text, at: $value }
            - { column: f, type: timestamptz, at: $now, zone: UTC }
            - { column: g, type: mood, at: /g }
          where:
            - { rule: required, of: [a, b] }
        - { dataset: stdin, from: { file: '-', optional: true }, into: { table: users2, mode: replace, rebuildIndexes: true },
            columns: [ { column: id, type: text, at: /id } ] }
      """)
    #expect(pipeline.sourceDirectory == "/srv/data")
    #expect(pipeline.database == "postgres://u:p@h/db")
    #expect(pipeline.schema == "app")
    #expect(pipeline.backup == Pipeline.Backup(level: 19, include: ["/etc/uploads", "/srv/media"]))
    #expect(pipeline.migrations == nil)

    let users = try #require(pipeline.datasets.first)
    #expect(users.name == "Users.v1")
    #expect(users.source.isOptional && users.isVolatile && !users.destination.create)
    #expect(users.source.file == "/srv/data/users.jsonl.gz")
    #expect(users.source.format == .ndjson)
    #expect(users.source.at.tokens == ["a/b", "0"])
    #expect((users.destination.schema, users.destination.table) == ("other", "users"))
    #expect((users.destination.mode, users.destination.repeated) == (.upsert, .last))
    #expect(pipeline.datasets.map(\.destination.rebuildIndexes) == [false, true])
    #expect(users.destination.key == ["a", "b"])
    #expect(
      users.checks.policies == Policies(nul: .strip, surrogates: .reject, duplicateKeys: .last, extraKeys: .error))
    #expect(
      users.columns.map(\.type) == [
        .scalar(.int4), .array(.text), .scalar(.timestamptz), .scalar(.text), .scalar(.text), .scalar(.timestamptz),
        .named("mood"),
      ])
    #expect(users.columns[1].default == .json("[]"))
    #expect(users.columns[1].isLenient && users.columns[1].isTrimmed)
    #expect(users.columns[2].zone == -(5 * 3600 + 30 * 60))
    #expect(!users.columns[2].isLenient)
    #expect(users.columns[3...5].map(\.source) == [.dataset, .value, .now])
    #expect(users.columns[5].zone == 0)
    #expect(
      users.checks.filters == [
        Rule(condition: .notEmpty, operands: [Operand(column: "a"), Operand(column: "b")], line: 27)
      ])
    #expect(users.checks.filters.map(\.line.number) == [27])

    let stdin = try #require(pipeline.datasets.last)
    #expect(stdin.source.file == "-")
    #expect(stdin.source.isOptional && !stdin.isVolatile)
    #expect((stdin.destination.schema, stdin.destination.mode, stdin.source.format) == ("app", .replace, .auto))
    #expect(stdin.checks.policies == Policies(nul: .replace, duplicateKeys: .last))
  }

  @Test func `gets defaults for what it leaves out`() throws {
    let pipeline = try parse(
      """
      pipeline: p
      backup:
      datasets:
      - dataset: d
        from: {file: a.json}
        into: {table: t}
        rules:
        columns: [{column: id, type: text, at: /id}]
      """)
    #expect(pipeline.sourceDirectory == "/etc/pipelines")
    #expect(pipeline.database == nil)
    #expect(pipeline.schema == "public")
    #expect(pipeline.backup == Pipeline.Backup())
    #expect(pipeline.datasets[0].destination.mode == .append)
    #expect(pipeline.datasets[0].checks.policies == Policies())
    #expect(pipeline.datasets[0].source.at == .root)
  }
}
