import Engine
import Postgres
import Records
import Reports
import TestSupport
import Testing

extension EndToEnd {
  /// Values that nobody chose are in the table as PostgreSQL itself reads them out of the records, and are proved.
  @Suite("Random rows") struct RandomRows {
    private let bench: Workbench

    init() throws { bench = try Workbench() }

    /// A column and what is put into it.
    private struct Field {
      var name: String
      var column: String
      var sql: String
      /// What PostgreSQL makes of the value `v`, whose text is `t`.
      var model: String
      var value: (inout RandomValues) -> String
    }

    private func expectAllLoaded(_ fields: [Field], rows: Int, seed: UInt64, accepted: ClosedRange<Int>) async throws {
      var random = RandomValues(seed: seed)
      let records = (0..<rows).map { id -> String in
        let members = fields.compactMap { field -> String? in
          if random.chance(10) { return nil }
          return "\"\(field.name)\": " + (random.chance(10) ? "null" : field.value(&random))
        }
        return "{" + (["\"id\": \(id)"] + members.shuffled(using: &random)).joined(separator: ", ") + "}"
      }
      try bench.write("[" + records.joined(separator: ",\n") + "]")
      try bench.sql("CREATE TABLE records (id int4, record json)")
      try bench.connection.execute(
        "INSERT INTO records SELECT (value ->> 'id')::int4, value FROM json_array_elements($1::json)",
        parameters: ["[" + records.joined(separator: ",\n") + "]"])
      try bench.sql("CREATE TABLE things (id int4, \(fields.map { "\($0.name) \($0.sql)" }.joined(separator: ", ")))")
      let pipeline = yaml(["id int4"] + fields.map(\.column), into: "{ table: things, mode: replace, key: id }")
      let report = try await bench.run(pipeline) { $0.onError = .reject }
      let part = try part(report)
      #expect(report.outcome == .verified, "\(report.error as Any) \(report.differences.prefix(3))")
      #expect(accepted.contains(part.loaded), "\(part.loaded) of \(part.read)")
      let rejects = part.rejected > 0 ? try bench.rejects(of: report) : []
      #expect(!rejects.contains { $0.stage == "load" }, "PostgreSQL takes whatever the encoder took")
      let kept = Set(0..<rows).subtracting(rejects.map { Int($0.ordinal) }).sorted()
      #expect(try bench.rows("SELECT id FROM things ORDER BY id") == kept.map { ["\($0)"] })
      let unlike = try unlike(fields)
      #expect(unlike.isEmpty, "id, column, what the table has, what it should have: \(unlike)")
      #expect(try await bench.verify(pipeline).outcome == .verified)
    }

    /// The first values of the table that are not those that PostgreSQL reads out of the records.
    private func unlike(_ fields: [Field]) throws -> [[String?]] {
      let values = fields.map { field in
        """
        ('\(field.name)', things.\(field.name)::text, (SELECT (\(field.model))::\(field.sql)::text
          FROM (SELECT record -> '\(field.name)' AS v, record ->> '\(field.name)' AS t) AS x WHERE t IS NOT NULL))
        """
      }
      return try bench.rows(
        """
        SELECT things.id, name, found, expected FROM things JOIN records USING (id),
          LATERAL (VALUES \(values.joined(separator: ", "))) AS c (name, found, expected)
        WHERE found IS DISTINCT FROM expected ORDER BY 1, 2 LIMIT 5
        """)
    }

    private static func model(_ type: ScalarType) -> String {
      switch type {
      case .int2, .int4, .int8: "t::numeric"
      case .json, .jsonb: "CASE WHEN t IS NOT NULL THEN v END"
      default: "t"
      }
    }

    /// An array of what `element` makes of each element.
    private static func model(arrayOf element: String, _ type: String) -> String {
      """
      ARRAY(SELECT (\(element))::\(type)
        FROM (SELECT e AS v, e #>> '{}' AS t, n FROM json_array_elements(v) WITH ORDINALITY AS a (e, n)) AS b ORDER BY n)
      """
    }

    @Test(
      "of every type, and arrays of them, are what PostgreSQL reads, and are proved", arguments: [1, 2] as [UInt64])
    func everyType(_ seed: UInt64) async throws {
      let fields = ScalarType.allCases.flatMap { type -> [Field] in
        let name = "c_\(type.rawValue)"
        return [
          Field(name: name, column: "\(name) \(type.rawValue)", sql: type.rawValue, model: Self.model(type)) {
            $0.json(type)
          },
          Field(
            name: "\(name)s", column: "\(name)s \(type.rawValue)[]", sql: "\(type.rawValue)[]",
            model: Self.model(arrayOf: Self.model(type), type.rawValue)
          ) { random in
            "["
              + (0..<random.int(0...4)).map { _ in random.chance(6) ? "null" : random.json(type) }
              .joined(separator: ", ") + "]"
          },
        ]
      }
      try await expectAllLoaded(fields, rows: 150, seed: seed, accepted: 100...150)
    }

    @Test(
      "that have to be converted, trimmed, rounded or given a zone are what PostgreSQL makes of them, and are proved",
      arguments: [3, 4] as [UInt64])
    func conversions(_ seed: UInt64) async throws {
      let fields: [Field] = [
        lenient("l_bool", "bool") { random in
          let words = ["true", "1", "0", "\"Yes\"", "\"off\"", "\"T\"", "\"n\"", "\"0\"", "false"]
          return words[random.int(0...8)]
        },
        lenient("l_int2", "int2", model: Self.looseNumber) { loose($0.int(-32_767...32_767), &$0) },
        lenient("l_int4", "int4", model: Self.looseNumber) { loose($0.int(-2_147_483_647...2_147_483_647), &$0) },
        lenient("l_int8", "int8", model: Self.looseNumber) { loose($0.int(-(1 << 62)...1 << 62), &$0) },
        lenient("l_numeric", "numeric", sql: "numeric(12,2)", model: Self.looseNumber) {
          loose($0.int(-99_999_999...99_999_999), &$0)
        },
        lenient("l_float8", "float8") { random in
          ["\"NaN\"", "\"-Infinity\"", "\" +1.5 \"", "\"007e2\"", random.json(.float8)][random.int(0...4)]
        },
        lenient("l_float4", "float4") { random in
          ["\"nan\"", "\"infinity\"", "\"\\t-0.1\"", random.json(.float4)][random.int(0...3)]
        },
        lenient("l_text", "text") { $0.value(depth: 2) },
        lenient("l_date", "date") { $0.json($0.chance(2) ? .date : .timestamp) },
        lenient("l_timestamp", "timestamp", model: Self.instant) { random in
          random.chance(2) ? random.json(.timestamptz) : #""2024-02-29T23:59:59.\#(random.digits(7...12))""#
        },
        lenient("l_time", "time", model: Self.time) { #""12:34:56.\#($0.digits(1...9))""# },
        lenient("l_uuid", "uuid") { random in
          let hex = (0..<4).map { _ in String(random.next() % 0xFFFF_FFFF | 0x1_0000_0000, radix: 16).dropFirst() }
            .joined()
          return ["\"{\(hex)}\"", "\"\(hex)\"", random.json(.uuid)][random.int(0...2)]
        },
        lenient("l_bytea", "bytea, encoding: base64", sql: "bytea", model: Self.bytes) {
          ["\"aGVsbG8\"", "\"_-8\"", "\"AAE=\""][$0.int(0...2)]
        },
        lenient("l_inet", "inet", model: "btrim(t)") { #""  10.0.\#($0.int(0...255)).1/\#($0.int(24...32)) ""# },
        lenient("l_ints", "int4[]", model: Self.oneOrMore) { random in
          random.chance(2) ? loose(random.int(-99...99), &random) : "[\(loose(random.int(-99...99), &random)), null]"
        },
        Field(name: "t_text", column: "t_text text, trim: true", sql: "text", model: Self.trimmed) { random in
          #"" \t\#(random.string(0...5).dropFirst().dropLast())\u000b \n""#
        },
        Field(name: "t_int4", column: "t_int4 int4, trim: true", sql: "int4", model: Self.trimmed) {
          #""\t\#($0.int(-9_999...9_999)) ""#
        },
        Field(name: "z_east", column: "z_east timestamptz, zone: \"+05:45\"", sql: "timestamptz", model: Self.east) {
          $0.json($0.chance(2) ? .timestamp : .timestamptz)
        },
        Field(
          name: "z_utc", column: "z_utc timestamptz[], zone: UTC", sql: "timestamptz[]",
          model: Self.model(arrayOf: "t", "timestamptz")
        ) {
          "[\($0.json(.timestamp)), \($0.json(.date)), \($0.json(.timestamptz))]"
        },
      ]
      try await expectAllLoaded(fields, rows: 200, seed: seed, accepted: 120...200)
    }

    private func lenient(
      _ name: String, _ type: String, sql: String? = nil, model: String = "t",
      _ value: @escaping (inout RandomValues) -> String
    ) -> Field {
      Field(name: name, column: "\(name) \(type), coerce: lenient", sql: sql ?? type, model: model, value: value)
    }

    private static let trimmed = #"btrim(t, E' \t\n\x0b\f\r')"#
    private static let looseNumber = "CASE t WHEN 'true' THEN 1 ELSE t::numeric END"
    private static let hasZone = "t ~ '(Z|[+-][0-9:]+)$' AND t ~ ':'"
    /// PostgreSQL would round halves to even.
    private static let instant = """
      CASE WHEN t ~ '\\.\\d+$' THEN split_part(t, '.', 1)::timestamp
          + make_interval(secs => round(('0.' || split_part(t, '.', 2))::numeric, 6)::float8)
        ELSE t::timestamp END
      """
    private static let time = """
      split_part(t, '.', 1)::time + make_interval(secs => round(('0.' || split_part(t, '.', 2))::numeric, 6)::float8)
      """
    private static let bytes = """
      CASE WHEN t LIKE '\\\\x%' THEN t::bytea
        ELSE decode(rpad(translate(t, '-_', '+/'), (length(t) + 3) / 4 * 4, '='), 'base64') END
      """
    private static let oneOrMore = """
      CASE json_typeof(v) WHEN 'array' THEN \(model(arrayOf: looseNumber, "int4")) ELSE ARRAY[(\(looseNumber))::int4] END
      """
    private static let east = "t || CASE WHEN \(hasZone) THEN '' ELSE '+05:45' END"

    /// An integer as people write it, or a fraction near it.
    private func loose(_ number: Int, _ random: inout RandomValues) -> String {
      let sign = number < 0 ? "-" : ["", "+"][random.int(0...1)]
      switch random.int(0...5) {
      case 0: return "\(number)"
      case 1: return #"" \#(sign)\#(number.magnitude)\t""#
      case 2: return #""\#(sign)00\#(number.magnitude)""#
      case 3: return "\(number).\(random.digits(1...6))"
      case 4: return "\(number)0e-1"
      default: return random.chance(8) ? "true" : "\(number)"
      }
    }
  }
}
