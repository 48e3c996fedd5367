import Postgres
import Records
import TestSupport
import Testing

@testable import Transform

/// What we send as bytes has to be what PostgreSQL makes of the same text.
@Suite("PostgreSQL reads fields as it reads the text")
struct EncodeRoundTripTests {
  private let database: TestDatabase
  private let connection: Connection

  init() throws {
    database = try TestDatabase()
    connection = try database.connect()
    try connection.executeScript(
      """
      SET TimeZone = 'UTC'; SET extra_float_digits = 1; SET IntervalStyle = 'postgres'; SET DateStyle = 'ISO';
      CREATE FUNCTION reading(expression text, s text) RETURNS text LANGUAGE plpgsql AS $$
      DECLARE result text;
      BEGIN
        EXECUTE 'SELECT (' || expression || ')::text FROM (SELECT $1 AS json, $1::json #>> ''{}'' AS text) AS value'
          INTO result USING s;
        RETURN result;
      EXCEPTION WHEN OTHERS THEN RETURN 'refused';
      END $$;
      """)
  }

  /// Loads the values we encode, and asks PostgreSQL for its `expression` of `text` (or `json`).
  /// - Returns: every value that differs, with what is stored and what PostgreSQL reads; and how many we refused.
  private func load(
    _ values: [String], _ layout: ColumnLayout, type: String, expression: String? = nil
  ) throws -> (differences: [[String?]], refused: Int) {
    var rows = ByteSink()
    "PGCOPY\n\u{FF}\r\n\0".unicodeScalars.forEach { rows.append(UInt8($0.value)) }
    rows.append(bigEndian: Int64(0))
    var refused = 0
    for value in values {
      let encoded = encode(value, layout)
      rows.append(bigEndian: Int16(3))
      rows.append(bigEndian: Int32(value.utf8.count))
      value.utf8.forEach { rows.append($0) }
      if let field = encoded.field {
        field.forEach { rows.append($0) }
      } else {
        refused += 1
        FieldEncoder.encodeNull(into: &rows)
      }
      rows.append(bigEndian: Int32(1))
      rows.append(encoded.field == nil ? 1 : 0)
    }
    rows.append(bigEndian: Int16(-1))

    try connection.executeScript(
      SQL(unsafe: "DROP TABLE IF EXISTS t; CREATE TABLE t (s text, v \(type), is_refused bool)"))
    let count = try connection.copyIn("COPY t FROM STDIN (FORMAT binary)") { writer in try writer.write(rows.bytes) }
    #expect(count == values.count)
    let result = try connection.query(
      """
      SELECT * FROM (
        SELECT s, CASE WHEN is_refused THEN 'refused' ELSE v::text END AS stored, reading($1, s) AS read FROM t) AS pair
      WHERE stored IS DISTINCT FROM read
      """, parameters: [expression ?? "text::\(type)"])
    return (result.rows, refused)
  }

  /// Values of which each is taken, and stored as PostgreSQL reads it.
  private func expectAllEqual(
    _ values: [String], _ layout: ColumnLayout, type: String, expression: String? = nil,
    location: SourceLocation = #_sourceLocation
  ) throws {
    let (differences, refused) = try load(values, layout, type: type, expression: expression)
    #expect(differences.prefix(5) == [], sourceLocation: location)
    #expect(refused == 0, sourceLocation: location)
  }

  private func numbers(_ count: Int, seed: UInt64) -> [String] {
    var random = SeededGenerator(state: seed)
    return (0..<count).map { _ in random.number() }
  }

  private let edges = [
    "0", "-0", "0.0", "-0.000", "1", "-1", "10000", "9999", "99990000", "0.0001", "0.00001", "1e131071", "1e131072",
    "9e131071",
    "0.1e131072", "1e-16383", "1e-16384", "0e16383", "0e-16383", "0e-16384", "1.50e1", "1.50e5", "123e-2",
    "1e99999999999999999999",
    "1e-99999999999999999999", "1.5e-16382", "1.5e-16383", "100e-16384", "0.4e00669999999999999999",
    "12345678901234567890.123456789",
    "0.00001e131076", "0.00001e131077",
  ]

  @Test("numeric: the same values, scales and refusals")
  func numeric() throws {
    let long = [
      String(repeating: "9", count: 131_072), String(repeating: "9", count: 131_073),
      "0." + String(repeating: "3", count: 16383),
    ]
    let (differences, refused) = try load(edges + long + numbers(2000, seed: 6), column(.numeric), type: "numeric")
    #expect(differences.prefix(5) == [])
    #expect(refused > 50 && refused < 1000)
  }

  @Test(
    "numeric(p,s): rounded as PostgreSQL rounds when lenient, and refused where it refuses",
    arguments: [(10, 2), (38, 10), (3, 0), (5, -2), (2, 4), (1000, 20)])
  func limitedNumeric(precision: Int, scale: Int) throws {
    let layout = column(.numeric, limit: .decimal(precision: precision, scale: scale), isLenient: true)
    let type = "numeric(\(precision),\(scale))"
    let near = [
      "99.995", "99.994", "999.5", "999.4", "99999999.995", "99999999.994", "0.00995", "0.00994", "49.9", "50", "99950",
      "0.005",
    ]
    // PostgreSQL refuses numbers by their exponent before it rounds: those are compared without a limit above.
    let ordinary = (near + edges + numbers(500, seed: 7)).filter { encode($0, column(.numeric)).problem == nil }
    let (differences, refused) = try load(ordinary, layout, type: type)
    #expect(differences.prefix(5) == [])
    #expect(refused < ordinary.count)
    let strict = column(.numeric, limit: .decimal(precision: precision, scale: scale))
    let exact = ordinary.filter { encode($0, strict).problem == nil }
    try expectAllEqual(exact, strict, type: type)
    #expect(exact.count > 5)
  }

  @Test("integers, rounded as PostgreSQL rounds a numeric when lenient", arguments: [ScalarType.int2, .int4, .int8])
  func integers(scalar: ScalarType) throws {
    var random = SeededGenerator(state: 8)
    var values = edges + numbers(500, seed: 9)
    for _ in 0..<400 {
      let wide = max(1, Int64(bitPattern: random.next()) >> Int64.random(in: 0...63, using: &random))
      let narrow = min(-1, -wide)
      values += ["\(wide)", "\(wide).5", "\(narrow)0e-1", "\(narrow)5e-1"]
    }
    let ordinary = values.filter { encode($0, column(.numeric)).problem == nil }
    let (differences, refused) = try load(
      ordinary, column(scalar, isLenient: true), type: "\(scalar)", expression: "text::numeric::\(scalar)")
    #expect(differences.prefix(5) == [])
    #expect(refused > 100 && refused < ordinary.count - 100)
  }

  @Test("floats, by every bit", arguments: [ScalarType.float8, .float4])
  func floats(scalar: ScalarType) throws {
    var random = SeededGenerator(state: 10)
    var values = numbers(1000, seed: 11)
    for _ in 0..<500 {
      let double = Double(bitPattern: random.next())
      let float = Float(bitPattern: UInt32(truncatingIfNeeded: random.next()))
      values += [double.isFinite ? "\(double)" : "1", float.isFinite ? "\(float)" : "2"]
      values.append("\(Double.random(in: -1000...1000, using: &random))")
      values.append("\(Int64(bitPattern: random.next()) >> 20)e\(Int.random(in: -30...30, using: &random))")
    }
    let (differences, _) = try load(values, column(scalar), type: "\(scalar)")
    // PostgreSQL refuses what becomes zero; the nearest value is zero all the same.
    let others = differences.filter { !($0[2] == "refused" && ($0[1] == "0" || $0[1] == "-0")) }
    #expect(others.prefix(5) == [])
  }

  @Test("every month's ends of many years")
  func dates() throws {
    let years = [
      1, 4, 99, 100, 400, 1582, 1600, 1700, 1899, 1900, 1904, 1969, 1970, 1999, 2000, 2001, 2023, 2024, 2100, 2400,
      9999,
    ]
    func padded(_ number: Int, _ width: Int) -> String {
      String(repeating: "0", count: max(0, width - "\(number)".count)) + "\(number)"
    }
    var dates = ["infinity", "-infinity"]
    for year in years {
      for month in 1...12 {
        for day in [1, 15, 28, 29, 30, 31] { dates.append("\(padded(year, 4))-\(padded(month, 2))-\(padded(day, 2))") }
      }
    }
    let (differences, refused) = try load(dates.map { "\"\($0)\"" }, column(.date), type: "date")
    #expect(differences.prefix(5) == [])
    #expect(refused == years.count * 6 + years.filter { $0 % 4 != 0 || ($0 % 100 == 0 && $0 % 400 != 0) }.count)

    let days = dates.filter { encode("\"\($0)\"", column(.date)).problem == nil && !$0.hasSuffix("y") }
    let clocks = ["T00:00", " 23:59:59", "t12:34:56.7", "T01:02:03.000001", "T23:59:59.999999", ""]
    let zones = ["Z", "z", "+00", "-0330", "+05:45", "-00:00:01", "+15:59:59", "-15"]
    var random = SeededGenerator(state: 12)
    let moments = days.map { "\"\($0)\(clocks.randomElement(using: &random) ?? "")" }
    try expectAllEqual(moments.map { $0 + "\"" }, column(.timestamp), type: "timestamp")
    try expectAllEqual(moments.map { $0 + "\"" }, column(.timestamptz, zone: 0), type: "timestamptz")
    let instants = moments.filter { $0.contains(":") }.map { $0 + (zones.randomElement(using: &random) ?? "Z") + "\"" }
    try expectAllEqual(instants, column(.timestamptz), type: "timestamptz")
    try expectAllEqual(
      instants, column(.timestamp, isLenient: true), type: "timestamp", expression: "text::timestamp")
    try expectAllEqual(instants, column(.date, isLenient: true), type: "date", expression: "text::date")
  }

  @Test("times and intervals")
  func durations() throws {
    let times = ["00:00", "23:59:59.999999", "24:00:00", "12:34:56.5", "01:02:03.1234560", "00:00:00.000001"]
    try expectAllEqual(times.map { "\"\($0)\"" }, column(.time), type: "time")
    let intervals = [
      "P1Y2M3W4DT5H6M7.000008S", "P1M", "PT1M", "P-1Y2M", "PT-0.5S", "PT-1.25S", "PT36H", "P40D", "P0D", "P1Y-14M",
      "P1DT-25H",
      "P178956970Y7M", "P-178956970Y-8M", "P2147483647D", "PT-1H-1M-1.000001S", "PT2562047788H", "P306783378W",
    ]
    try expectAllEqual(intervals.map { "\"\($0)\"" }, column(.interval), type: "interval")
  }

  @Test("addresses, identifiers, bytes and truth")
  func others() throws {
    let addresses = [
      "192.168.0.1", "10.1.2.3/8", "0.0.0.0/0", "255.255.255.255/32", "::", "::1/64", "1::", "2001:DB8::a:0:1",
      "::ffff:1.2.3.4",
      "1:2:3:4:5:6:1.2.3.4/127", "1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7::", "fe80::1:0:0:1/0", "::2:3:4:5:6:7:8",
      "1:0:0:2:0:0:0:3",
    ]
    try expectAllEqual(addresses.map { "\"\($0)\"" }, column(.inet), type: "inet")
    var random = SeededGenerator(state: 13)
    let digits = (0..<200).map { _ in String(random.next(), radix: 16) + String(random.next(), radix: 16) }
    let uuids = digits.filter { $0.count == 32 }
    try expectAllEqual(uuids.map { "\"\($0)\"" }, column(.uuid), type: "uuid")
    try expectAllEqual(uuids.map { "\"\\\\x\($0)\"" }, column(.bytea), type: "bytea")
    let base64 = ["", "AA==", "AAE=", "AAEC", "+/+/", "SGVsbG8gV29ybGQ="]
    try expectAllEqual(
      base64.map { "\"\($0)\"" }, column(.bytea, encoding: .base64), type: "bytea",
      expression: "decode(text, 'base64')")
    let words = [
      "\"TRUE\"", "\"t\"", "\"yes\"", "\"Y\"", "\"on\"", "\"1\"", "\"false\"", "\"F\"", "\"no\"", "\"n\"", "\"OFF\"",
      "\"0\"",
    ]
    try expectAllEqual(words + ["true", "false"], column(.bool, isLenient: true), type: "bool")
  }

  @Test("texts, documents and arrays")
  func documents() throws {
    let texts = [
      "\"\"", "\"plain\"", "\"é €😀\"", #""a\"b\\c\/d\b\f\n\r\te""#, #""\u0041\u00e9\u20AC\uD83D\uDE00!""#,
      #""\\u0000""#, #""\uFFFF\u0800\u07ff""#,
    ]
    try expectAllEqual(texts, column(.text), type: "text")
    try expectAllEqual(texts, column(.text, limit: .characters(14)), type: "varchar(14)", expression: "text")
    let documents = texts + edges + ["{}", "[]", " [1, {\"a\" : [null, true]}]", "{\"a\":1.50,\"b\":{\"c\":\"\\n\"}}"]
    let (differences, refused) = try load(documents, column(.jsonb), type: "jsonb", expression: "json::jsonb")
    #expect(differences.prefix(5) == [])
    #expect(refused == edges.filter { encode($0, column(.jsonb)).problem != nil }.count && refused > 3)
    try expectAllEqual(documents, column(.json), type: "json", expression: "json::json")
    let lists = ["[]", "[null]", "[1,2.50,null,\"3\"]", "[ -0.1 ,1e3]"]
    let list = "ARRAY(SELECT json_array_elements_text(json::json))"
    try expectAllEqual(lists, column(.numeric, isArray: true), type: "numeric[]", expression: "\(list)::numeric[]")
    let words = ["[\"a\\n\",null,\"\",\"NULL\",\"a,b\",\"{\\\"\\\\\"]", "[]"]
    try expectAllEqual(words, column(.text, isArray: true), type: "text[]", expression: list)
    let days = ["[\"2024-02-29\",\"infinity\",null]"]
    try expectAllEqual(days, column(.date, isArray: true), type: "date[]", expression: "\(list)::date[]")
    try expectAllEqual(
      ["[{\"a\":[1]},[2],\"x\",null]"], column(.jsonb, isArray: true), type: "jsonb[]",
      expression: #"ARRAY['{"a":[1]}', '[2]', '"x"', NULL]::jsonb[]"#)
  }

  @Test("the computed size of jsonb is the stored one; of objects at most three bytes a value more")
  func storedSizes() throws {
    var random = SeededGenerator(state: 14)
    for round in 0..<300 {
      var values = 0
      let document = random.document(depth: 4, withObjects: round % 2 == 1, values: &values)
      let bytes = Array(document.utf8)
      let computed = try bytes.withUnsafeBytes { text throws(ValueProblem.Kind) in try JSONBSize.check(text) }
      let answer = try connection.query("SELECT pg_column_size($1::text::jsonb) - 4", parameters: [document]).scalar
      let stored = try #require(answer.flatMap(Int.init))
      #expect(computed >= stored && computed <= stored + (round % 2 == 1 ? 3 * values : 0), "\(document)")
    }
  }

  @Test("jsonb limits hold for strings, containers and counts")
  func storedLimits() {
    func fits(_ json: String, _ limits: JSONBSize.Limits) -> Bool {
      Array(json.utf8).withUnsafeBytes { text in
        do {
          try JSONBSize.check(text, limits: limits)
          return true
        } catch {
          return false
        }
      }
    }
    let bytes = JSONBSize.Limits(bytes: 40)
    #expect(fits("\"\(String(repeating: "x", count: 32))\"", bytes), "a string alone is an array of one")
    #expect(!fits("\"\(String(repeating: "x", count: 33))\"", bytes))
    #expect(fits("[\"\(String(repeating: "x", count: 28))\",true]", bytes))
    #expect(!fits("[\"\(String(repeating: "x", count: 29))\",true]", bytes))
    #expect(fits("[\"\(String(repeating: "\\u20ac", count: 10))\"]", bytes), "decoded bytes count")
    #expect(!fits("{\"\(String(repeating: "k", count: 41))\":1}", bytes))
    let counts = JSONBSize.Limits(elements: 3, pairs: 2)
    #expect(fits("[1,2,[1,2,3]]", counts))
    #expect(!fits("[1,2,3,4]", counts))
    #expect(fits("{\"a\":1,\"b\":2}", counts))
    #expect(!fits("{\"a\":1,\"b\":2,\"c\":3}", counts))
  }
}

extension SeededGenerator {
  /// A JSON document; `values` counts what it holds.
  fileprivate mutating func document(depth: Int, withObjects: Bool, values: inout Int) -> String {
    values += 1
    switch Int.random(in: 0...(depth > 0 ? 9 : 5), using: &self) {
    case 0: return ["true", "false", "null"][Int.random(in: 0...2, using: &self)]
    case 1: return "\"" + String(repeating: "é\\n", count: Int.random(in: 0...3, using: &self)) + "\""
    case 2: return "\"\\ud83d\\ude00\\u00e9\\u20ac\\u0041\""
    case 3: return "\(Int.random(in: -99999...99999, using: &self))"
    case 4: return "\(Int64(bitPattern: next()))e\(Int.random(in: -300...300, using: &self))"
    case 5: return "0.\(next())"
    case 6, 7:
      var items: [String] = []
      for i in 0..<Int.random(in: 0...4, using: &self) where withObjects {
        items.append("\"key\(i)\" : " + document(depth: depth - 1, withObjects: withObjects, values: &values))
      }
      return withObjects ? "{\(items.joined(separator: ","))}" : "[]"
    default:
      var items: [String] = []
      for _ in 0..<Int.random(in: 0...4, using: &self) {
        items.append(document(depth: depth - 1, withObjects: withObjects, values: &values))
      }
      return "[\(items.joined(separator: ", "))]"
    }
  }
}
