import Engine
import Foundation
import Records
import Reports
import TestSupport
import Testing

/// A source with something for every stage to refuse, in one of the formats.
struct StageSample: Sendable, CustomTestStringConvertible {
  var format: String
  var source: String
  var columns: [String]
  var rules: [String]
  var filters: [String] = []
  /// What the table looks like where it is not made from the columns.
  var table: String
  var rows: Int
  var rejected: Int
  var filtered = 0
  var key = "place"

  var testDescription: String { format }

  func pipeline(mode: String) -> String {
    yaml(
      columns, from: "{ file: things.json, format: \(format) }",
      into: "{ table: things, mode: \(mode), key: [\(key)] }", rules: rules, filters: filters)
  }

  private static let columns = [
    "place int8, at: $ordinal", "id int4, required: true", "name text", "price numeric", "at timestamp", "tags text[]",
    "whole json, at: \"\"", "parsed jsonb, at: \"\"",
  ]
  private static let rules = [
    "rule: oneOf, of: name, values: [a, b, c, long enough]", "rule: unique, of: id",
    "rule: range, of: id, max: 50, severity: warning",
  ]
  private static let filters = ["rule: range, of: id, max: 900"]
  private static let table = """
    CREATE TABLE things (place int8 PRIMARY KEY, id int4 CHECK (id <> 77), name varchar(10), price numeric(6,2), at timestamp(3),
      tags varchar(3)[], whole json, parsed jsonb)
    """

  /// 120 records: refused by transform (5), by a rule (6, 8), filtered (9), and by the server (77).
  private static func record(_ i: Int) -> String {
    let name = i == 6 ? "other" : ["a", "b", "c"][i % 3]
    let id = i == 5 ? "\"x\"" : i == 8 ? "7" : i == 9 ? "901" : "\(i)"
    return """
      {"id": \(id),
        "name": "\(name)", "price": \(i).50, "at": "2024-01-02T03:04:05.\(100 + i)",\r
        "tags": ["a", null, "b\(i % 10)"] }
      """
  }

  private static func line(_ i: Int) -> String {
    record(i).replacing("\r\n", with: " \t").replacing("\n", with: "\t") + "\n"
  }

  static let all: [StageSample] = [
    StageSample(
      format: "array", source: "[\n" + (0..<120).map(record).joined(separator: ",\n\n  ") + "\n]\n", columns: columns,
      rules: rules, filters: filters, table: table, rows: 115, rejected: 4, filtered: 1),
    StageSample(
      format: "ndjson", source: (0..<120).map(line).joined() + "x\r\n{\"id\": 3, \"name\": \"\n", columns: columns,
      rules: rules, filters: filters, table: table, rows: 115, rejected: 6, filtered: 1),
    StageSample(
      format: "object", source: " " + record(3) + "\n", columns: columns, rules: rules, filters: filters, table: table,
      rows: 1, rejected: 0),
    StageSample(
      format: "strings", source: #"["a", "b\u0062", "", "gone", "nil", 7, "b b"]"#,
      columns: ["place int8, at: $ordinal", "name text, at: $value"],
      rules: ["rule: pattern, of: name, pattern: \"^[^n]*$\""],
      table: "CREATE TABLE things (place int8 PRIMARY KEY, name varchar(4) CHECK (name <> 'bb'))", rows: 3, rejected: 4),
  ]
}

extension Workbench {
  /// One stage, from its stage file to the next.
  func stage(
    _ stage: Stage, _ pipeline: String, run: String?, _ change: (inout RunOptions) -> Void = { _ in }
  ) async throws -> Report {
    try await self.run(pipeline) { options in
      options.first = stage
      options.last = stage == .load ? .verify : stage
      options.runID = run
      options.onError = .reject
      change(&options)
    }
  }
}

/// The stage ended with its file.
func expectStaged(_ report: Report, location: SourceLocation = #_sourceLocation) {
  #expect(report.error == nil, sourceLocation: location)
  #expect(report.outcome == .staged, sourceLocation: location)
  #expect([0, 3].contains(report.exit), sourceLocation: location)
}
