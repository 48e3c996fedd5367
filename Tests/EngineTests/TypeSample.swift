import Postgres
import Records
import TestSupport
/// A column of one type, with values to load and one to be found out by.
struct TypeSample: Sendable {
  var column: String
  /// In the pipeline.
  var type: String
  /// In the table.
  var sql: String
  /// Two JSON values.
  var json: (String, String)
  /// The first of them in SQL, changed as little as the type allows.
  var other: String

  init(_ column: String, _ type: String, sql: String? = nil, _ one: String, _ two: String, other: String) {
    self.column = column
    self.type = type
    self.sql = sql ?? type
    json = (one, two)
    self.other = other
  }

  static let prelude = """
    CREATE TYPE mood AS ENUM ('sad', 'ok', 'happy');
    CREATE DOMAIN label AS varchar(5);
    CREATE DOMAIN price AS numeric(10,2);
    CREATE DOMAIN score AS int4 CHECK (VALUE BETWEEN 0 AND 100);
    """

  static let all: [TypeSample] = [
    TypeSample("c_bool", "bool", "true", "false", other: "false"),
    TypeSample("c_int2", "int2", "-32768", "\"7\"", other: "-32767"),
    TypeSample("c_int4", "int4", "2147483647", "1e2", other: "2147483646"),
    TypeSample("c_int8", "int8", "9007199254740993", "-9223372036854775808", other: "9007199254740992"),
    TypeSample("c_float4", "float4", "0.1", "-1.5e10", other: "0.10000001"),
    TypeSample("c_float8", "float8", "0.1", "1e-300", other: "0.10000000000000002"),
    TypeSample(
      "c_numeric", "numeric", "12345678901234567890.000000000001", "1e30", other: "12345678901234567890.000000000002"),
    TypeSample("c_price", "numeric", sql: "numeric(10,2)", "19.99", "5", other: "19.98"),
    TypeSample("c_text", "text", #""a\tb\\N é 😀""#, #""""#, other: #"E'a\tb\\N e 😀'"#),
    TypeSample("c_code", "text", sql: "varchar(5)", #""abcde""#, #""NULL""#, other: "'abcdf'"),
    TypeSample(
      "c_uuid", "uuid", #""F81D4FAE7DEC11D0A76500A0C91E6BF6""#, #""00000000-0000-0000-0000-000000000000""#,
      other: "'f81d4fae-7dec-11d0-a765-00a0c91e6bf7'"),
    TypeSample("c_bytea", "bytea", #""\\x00ff5c""#, #""\\x""#, other: #"'\x00ff5d'"#),
    TypeSample(
      "c_base64", "bytea, encoding: base64", sql: "bytea", #""aGVsbG8=""#, #""""#, other: #"'\x00ff5d'"#),
    TypeSample(
      "c_hex", "bytea[], encoding: hex", sql: "bytea[]", #"["00fF", null]"#, "[]", other: #"'{"\\x00fe",NULL}'"#),
    TypeSample("c_date", "date", #""2024-02-29""#, #""infinity""#, other: "'2024-03-01'"),
    TypeSample("c_time", "time", #""23:59:59.999999""#, #""24:00:00""#, other: "'23:59:59.999998'"),
    TypeSample(
      "c_timestamp", "timestamp", #""2024-01-02T03:04:05.000001""#, #""0001-01-01""#,
      other: "'2024-01-02 03:04:05.000002'"),
    TypeSample(
      "c_timestamptz", "timestamptz", #""2024-01-02T03:04:05+02:00""#, #""9999-12-31T23:59:59.999999Z""#,
      other: "'2024-01-02T03:04:05+01:00'"),
    TypeSample("c_interval", "interval", #""P1Y2M3DT4H5M6.000007S""#, #""PT-1S""#, other: "'P1Y2M3DT4H5M6.000008S'"),
    TypeSample("c_inet", "inet", #""192.168.0.1/24""#, #""2001:db8::1""#, other: "'192.168.0.1/25'"),
    TypeSample("c_json", "json", #"{"b": 1, "a": [1.0, null]}"#, "\"x\"", other: #"'{"b":1, "a": [1.0, null]}'"#),
    TypeSample(
      "c_jsonb", "jsonb", #"{"b": 1, "a": [{"x": null}], "": ""}"#, "[]", other: #"'{"b": 1, "a": [{}], "": ""}'"#),
    TypeSample("c_mood", "mood", #""happy""#, #""sad""#, other: "'ok'"),
    TypeSample("c_score", "score", "100", "\"0\"", other: "99"),
    TypeSample("c_domain_price", "price", "1.50", "\"-2\"", other: "1.51"),
    TypeSample("c_char", "text", sql: "char(6)", #""ab""#, #""a b c""#, other: "'ac'"),
    TypeSample(
      "c_millis", "timestamp", sql: "timestamp(3)", #""2024-01-02T03:04:05.678""#, #""-infinity""#,
      other: "'2024-01-02 03:04:05.677'"),
    TypeSample("c_minute", "time", sql: "time(0)", #""03:04""#, #""03:04:05.000""#, other: "'03:04:01'"),
    TypeSample("c_tens", "numeric", sql: "numeric(5,-1)", "120", "-99990", other: "130"),
    TypeSample("c_moods", "mood[]", #"["ok", null, "sad"]"#, "[]", other: "'{ok,NULL,happy}'"),
    TypeSample("c_codes", "text[]", sql: "varchar(3)[]", #"["abc", ""]"#, "[null]", other: "'{abd,\"\"}'"),
    TypeSample("c_reals", "float4[]", "[0.1, -0.0, 1e-45]", "[]", other: "'{0.1,0,1e-45}'"),
    TypeSample("c_ints", "int4[]", "[1, null, 3]", "[]", other: "'{1,3,NULL}'"),
    TypeSample("c_texts", "text[]", #"["", "NULL", "a,b", "\"{}\\"]"#, "[null]", other: #"'{"",NULL,"a,b","\"{}\\"}'"#),
    TypeSample(
      "c_instants", "timestamptz[]", #"["2024-01-02T03:04:05Z"]"#, #"["infinity", null]"#,
      other: "'{2024-01-02T03:04:06Z}'"),
    TypeSample(
      "c_documents", "jsonb[]", #"[{"a": 1}, null, [1]]"#, "[]", other: #"ARRAY['{"a":1}',NULL,'[2]']::jsonb[]"#),
  ]

  static var columns: [String] { ["id int8"] + all.map { "\($0.column) \($0.type)" } }

  static func table(_ more: String = "") -> String {
    "CREATE TABLE things (id int8, \(all.map { "\($0.column) \($0.sql)" }.joined(separator: ", "))\(more))"
  }

  /// Four records: the first values, the second ones, all null, all missing.
  static var source: String {
    func record(_ id: Int, _ value: (TypeSample) -> String?) -> String {
      let members = all.compactMap { sample in value(sample).map { "\"\(sample.column)\": \($0)" } }
      return "{" + (["\"id\": \(id)"] + members).joined(separator: ", ") + "}"
    }
    return "[\(record(1) { $0.json.0 }),\n\(record(2) { $0.json.1 }),\n\(record(3) { _ in "null" }),\n"
      + "\(record(4) { _ in nil })]"
  }
}
