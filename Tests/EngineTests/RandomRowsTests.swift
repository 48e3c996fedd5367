import Engine
import Postgres
import Records
import TestSupport
import Testing

extension EndToEnd {
  /// The encoder and the digest share no code: where both agree with PostgreSQL on values nobody chose, both are right.
  @Suite("Random rows") struct RandomRows {
    private let bench: Workbench

    init() throws { bench = try Workbench() }

    /// A column and what is put into it.
    private struct Field {
      var name: String
      var column: String
      var sql: String
      var value: (inout RandomValues) -> String
    }

    private func expectAllVerified(_ fields: [Field], rows: Int, seed: UInt64, accepted: ClosedRange<Int>) async throws
    {
      var random = RandomValues(seed: seed)
      let records = (0..<rows).map { id -> String in
        let members = fields.compactMap { field -> String? in
          if random.chance(10) { return nil }
          return "\"\(field.name)\": " + (random.chance(10) ? "null" : field.value(&random))
        }
        return "{" + (["\"id\": \(id)"] + members.shuffled(using: &random)).joined(separator: ", ") + "}"
      }
      try bench.write("[" + records.joined(separator: ",\n") + "]")
      try bench.sql("CREATE TABLE things (id int4, \(fields.map { "\($0.name) \($0.sql)" }.joined(separator: ", ")))")
      let pipeline = yaml(["id int4"] + fields.map(\.column), into: "{ table: things, mode: replace, key: id }")
      let report = try await bench.run(pipeline) { $0.onError = .reject }
      let part = try part(report)
      #expect(report.outcome == .verified, "\(report.error as Any) \(report.differences.prefix(3))")
      #expect(accepted.contains(part.loaded), "\(part.loaded) of \(part.read)")
      let rejects = part.rejected > 0 ? try bench.rejects(of: report) : []
      #expect(!rejects.contains { $0.stage == "load" }, "PostgreSQL takes whatever the encoder took")
      #expect(try await bench.verify(pipeline).outcome == .verified)
    }

    @Test("of every type, and arrays of them, are proved", arguments: [1, 2] as [UInt64])
    func everyType(_ seed: UInt64) async throws {
      let fields = ScalarType.allCases.flatMap { type -> [Field] in
        let name = "c_\(type.rawValue)"
        return [
          Field(name: name, column: "\(name) \(type.rawValue)", sql: type.rawValue) { $0.json(type) },
          Field(name: "\(name)s", column: "\(name)s \(type.rawValue)[]", sql: "\(type.rawValue)[]") { random in
            "["
              + (0..<random.int(0...4)).map { _ in random.chance(6) ? "null" : random.json(type) }
              .joined(separator: ", ") + "]"
          },
        ]
      }
      try await expectAllVerified(fields, rows: 150, seed: seed, accepted: 100...150)
    }

    @Test("that have to be converted, trimmed, rounded or given a zone are proved", arguments: [3, 4] as [UInt64])
    func conversions(_ seed: UInt64) async throws {
      let fields: [Field] = [
        lenient("l_bool", "bool") { random in
          let words = ["true", "1", "0", "\"Yes\"", "\"off\"", "\"T\"", "\"n\"", "\"0\"", "false"]
          return words[random.int(0...8)]
        },
        lenient("l_int2", "int2") { loose($0.int(-32_767...32_767), &$0) },
        lenient("l_int4", "int4") { loose($0.int(-2_147_483_647...2_147_483_647), &$0) },
        lenient("l_int8", "int8") { loose($0.int(-(1 << 62)...1 << 62), &$0) },
        lenient("l_numeric", "numeric", sql: "numeric(12,2)") { loose($0.int(-99_999_999...99_999_999), &$0) },
        lenient("l_float8", "float8") { random in
          ["\"NaN\"", "\"-Infinity\"", "\" +1.5 \"", "\"007e2\"", random.json(.float8)][random.int(0...4)]
        },
        lenient("l_float4", "float4") { random in
          ["\"nan\"", "\"infinity\"", "\"\\t-0.1\"", random.json(.float4)][random.int(0...3)]
        },
        lenient("l_text", "text") { $0.value(depth: 2) },
        lenient("l_date", "date") { $0.json($0.chance(2) ? .date : .timestamp) },
        lenient("l_timestamp", "timestamp") { random in
          random.chance(2) ? random.json(.timestamptz) : #""2024-02-29T23:59:59.\#(random.digits(7...12))""#
        },
        lenient("l_time", "time") { #""12:34:56.\#($0.digits(1...9))""# },
        lenient("l_uuid", "uuid") { random in
          let hex = (0..<4).map { _ in String(random.next() % 0xFFFF_FFFF | 0x1_0000_0000, radix: 16).dropFirst() }
            .joined()
          return ["\"{\(hex)}\"", "\"\(hex)\"", random.json(.uuid)][random.int(0...2)]
        },
        lenient("l_bytea", "bytea, encoding: base64", sql: "bytea") {
          ["\"aGVsbG8\"", "\"_-8\"", "\"AAE=\""][$0.int(0...2)]
        },
        lenient("l_inet", "inet") { #""  10.0.\#($0.int(0...255)).1/\#($0.int(24...32)) ""# },
        lenient("l_ints", "int4[]") { random in
          random.chance(2) ? loose(random.int(-99...99), &random) : "[\(loose(random.int(-99...99), &random)), null]"
        },
        Field(name: "t_text", column: "t_text text, trim: true", sql: "text") { random in
          #"" \t\#(random.string(0...5).dropFirst().dropLast())\u000b \n""#
        },
        Field(name: "t_int4", column: "t_int4 int4, trim: true", sql: "int4") { #""\t\#($0.int(-9_999...9_999)) ""# },
        Field(name: "z_east", column: "z_east timestamptz, zone: \"+05:45\"", sql: "timestamptz") {
          $0.json($0.chance(2) ? .timestamp : .timestamptz)
        },
        Field(name: "z_utc", column: "z_utc timestamptz[], zone: UTC", sql: "timestamptz[]") {
          "[\($0.json(.timestamp)), \($0.json(.date)), \($0.json(.timestamptz))]"
        },
      ]
      try await expectAllVerified(fields, rows: 200, seed: seed, accepted: 120...200)
    }

    private func lenient(
      _ name: String, _ type: String, sql: String? = nil, _ value: @escaping (inout RandomValues) -> String
    ) -> Field {
      Field(name: name, column: "\(name) \(type), coerce: lenient", sql: sql ?? type, value: value)
    }

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
