import Postgres
import Records
import TestSupport
import Testing
import Verify

@Suite("Against PostgreSQL itself")
struct PrintedByPostgresTests {
  /// A type of the database, the column that reads it, and how many values to try.
  struct Sample: CustomTestStringConvertible, Sendable {
    var type: String
    var column: ColumnLayout
    /// How PostgreSQL says whether two values are one, where its `=` means less than the digest does.
    var identity = "v"

    var testDescription: String { type }
  }

  static let samples: [Sample] =
    ScalarType.allCases.map { scalar in
      let identity =
        switch scalar {
        case .json: "v::text"
        // Its = takes a month for thirty days.
        case .interval: "v::text"
        // Its = takes -0 for 0.
        case .float4, .float8: "v::text"
        default: "v"
        }
      return Sample(
        type: scalar.rawValue, column: ColumnLayout(name: "v", scalar: scalar, typeName: scalar.rawValue),
        identity: identity)
    } + [
      Sample(type: "numeric(400,60)", column: ColumnLayout(name: "v", scalar: .numeric)),
      Sample(
        type: "varchar(5000)", column: ColumnLayout(name: "v", scalar: .text, typeName: "character varying(5000)")),
      Sample(type: "char(3000)", column: ColumnLayout(name: "v", scalar: .text, typeName: "character(3000)")),
    ]

  @Test("what the source says and what the table prints have one digest and one text", arguments: samples)
  func scalars(_ sample: Sample) throws {
    var random = RandomValues(seed: 1)
    let values = (0..<300).map { _ in random.json(sample.column.scalar) }
    try compare(values, values.map { Self.literal($0, sample) }, sample)
  }

  @Test("arrays likewise", arguments: ScalarType.allCases)
  func arrays(_ scalar: ScalarType) throws {
    var random = RandomValues(seed: 2)
    let element = Sample(type: scalar.rawValue, column: ColumnLayout(name: "v", scalar: scalar))
    var sample = element
    sample.type += "[]"
    sample.column.isArray = true
    sample.identity = "v::text"
    let arrays = (0..<100).map { _ in
      (0..<random.int(0...5)).map { _ in random.chance(5) ? "null" : random.json(scalar) }
    }
    let literals = arrays.map { array in
      "ARRAY[" + array.map { Self.literal($0, element) }.joined(separator: ",") + "]"
    }
    try compare(arrays.map { "[" + $0.joined(separator: " , ") + "]" }, literals, sample, countsDistinct: false)
  }

  /// The value as PostgreSQL reads it by itself: a number or JSON as written, a string's content by its own decoder.
  static func literal(_ json: String, _ sample: Sample) -> String {
    if json == "null" { return "NULL" }
    let quoted = SQL("\(literal: json)").text
    return switch sample.column.scalar {
    case .json, .jsonb: quoted
    case .int2, .int4, .int8: "\(quoted)::numeric"
    default: json.hasPrefix("\"") ? "(jsonb_build_array(\(quoted)::jsonb) ->> 0)" : quoted
    }
  }

  private func compare(
    _ values: [String], _ literals: [String], _ sample: Sample, countsDistinct: Bool = true
  ) throws {
    let database = try TestDatabase()
    let connection = try database.connect()
    defer { connection.close() }
    try connection.executeScript(
      """
      SET DateStyle = 'ISO'; SET TimeZone = 'UTC'; SET extra_float_digits = 1; SET bytea_output = 'hex';
      SET IntervalStyle = 'iso_8601'; CREATE TABLE things (i int, v \(unsafe: sample.type))
      """)
    let rows = literals.enumerated().map { "(\($0.offset), \($0.element)::\(sample.type))" }
    try connection.execute(SQL(unsafe: "INSERT INTO things VALUES " + rows.joined(separator: ", ")))

    let layout = TableLayout([sample.column], key: [0])
    let expected = ExpectedDigest(layout: layout)
    let actual = ActualDigest(layout: layout)
    var digests: Set<RowDigest> = []
    var i = 0
    try connection.copyOut("COPY (SELECT v FROM things ORDER BY i) TO STDOUT") { line in
      let source = SourceRow([values[i]])
      let want = source.with { expected.digestWithKey($0, ordinal: 0, texts: $1) }
      let have = try actual.digestWithKey(line)
      let printed = String(decoding: line, as: UTF8.self)
      #expect(have.row == want.row, "\(values[i]) came back as \(printed)")
      #expect(have.key == want.key)
      #expect(try actual.columns(line) == expected.columns(source), "\(values[i]) came back as \(printed)")
      digests.insert(have.row)
      i += 1
    }
    #expect(i == values.count)
    if countsDistinct {
      let count = try connection.query("SELECT count(DISTINCT ROW(\(unsafe: sample.identity))) FROM things").scalar
      #expect(count == "\(digests.count)")
    }
  }
}
