import Engine
import Foundation
import Postgres
import Records
import Reports
import TestSupport
import Testing

extension EndToEnd {
  /// Sources in every form and packing.
  @Suite("Sources") struct Sources {
    private let bench: Workbench

    init() throws { bench = try Workbench() }

    private static let columns = ["place int4, at: $ordinal", "id int4", "name text"]
    private static let one = #"{"id": 1, "name": "é"}"#
    private static let two = #"{"id": 2, "name": null}"#
    private static let rows = [["0", "1", "é"], ["1", "2", nil]]

    private static let forms: [(from: String, text: String)] = [
      ("format: array", "[\(one), \(two)]"),
      ("format: ndjson", "\(one)\n\(two)\n"),
      ("format: ndjson", "\r\n\(one)\r\n\r\n\(two)"),
      ("format: auto", "[\(one),\(two)]\n"),
      ("format: auto", "\(one)\n\(two)"),
      (
        "format: auto, at: /data/items",
        #"{"items": [9], "data": {"a": [], "items": [\#(one), \#(two)]}, "after": [{}]}"#
      ),
      ("format: array, at: /1", "[[], [\(one), \(two)]]"),
      ("format: array, at: \"/a~1b/\"", #"{"a/b": {"": [\#(one), \#(two)]}}"#),
      ("format: array", "\u{FEFF}[\r\n\(one),\r\n\(two)\r\n]\r\n"),
    ]

    @Test("are loaded and proved in every format", arguments: 0..<forms.count)
    func form(_ number: Int) async throws {
      let (from, text) = Self.forms[number]
      try bench.write(text)
      let report = try await bench.run(yaml(Self.columns, from: "{ file: things.json, \(from) }", into: created))
      try expectVerified(report, rows: 2)
      #expect(try part(report).bytes == text.utf8.count)
      #expect(try bench.rows("SELECT place, id, name FROM things ORDER BY place") == Self.rows)
    }

    @Test("of one object are one record, and of scalars one record a scalar")
    func objectAndStrings() async throws {
      try bench.write("{\n  \"id\": 7,\n  \"name\": \"whole\"\n}\n")
      let object = yaml(Self.columns, from: "{ file: things.json, format: object }", into: created)
      try expectVerified(try await bench.run(object), rows: 1)
      #expect(try bench.rows("SELECT place, id, name FROM things") == [["0", "7", "whole"]])

      try bench.write(#"["a", "b\u0062", ""]"#)
      let strings = yaml(
        ["place int4, at: $ordinal", "name text, at: $value"], from: "{ file: things.json, format: strings }",
        into: "{ table: words, mode: replace, create: true }")
      try expectVerified(try await bench.run(strings), rows: 3)
      #expect(try bench.rows("SELECT name FROM words ORDER BY place") == [["a"], ["bb"], [""]])
    }

    @Test("that hold nothing but [] are no rows, and that is a success")
    func nothing() async throws {
      try bench.write(" [ ]\n")
      let report = try await bench.run(yaml(Self.columns, into: created))
      try expectVerified(report, rows: 0)
      #expect(try part(report).parity?.actual?.rows == 0)
    }

    @Test("packed with gzip or zstd are unpacked, and backed up unpacked", arguments: ["gzip", "zstd"])
    func packed(_ program: String) async throws {
      let text = "[\(Self.one),\n\(Self.two)]\n"
      try bench.write(text, to: "plain.json")
      try call(program, "-q", bench.path("plain.json"))
      let suffix = program == "gzip" ? "gz" : "zst"
      let pipeline = yaml(Self.columns, from: "{ file: plain.json.\(suffix) }", into: created)
      let report = try await bench.run(pipeline)
      try expectVerified(report, rows: 2)
      #expect(try part(report).bytes == text.utf8.count)
      #expect(try bench.rows("SELECT place, id, name FROM things ORDER BY place") == Self.rows)
      #expect(try restored(report) == Array(text.utf8))
      try expectVerified(try await bench.verify(pipeline), rows: 2)
    }

    @Test("packed and cut short are truncated", arguments: ["gzip", "zstd"])
    func packedAndCut(_ program: String) async throws {
      try bench.write("[" + (0..<200).map { #"{"id": \#($0 &* 7919)}"# }.joined(separator: ",") + "]", to: "plain.json")
      try call(program, "-q", bench.path("plain.json"))
      let name = "plain.json." + (program == "gzip" ? "gz" : "zst")
      let bytes = try bench.read(name)
      try bench.write(Array(bytes.dropLast(12)), to: name)
      let report = try await bench.run(yaml(Self.columns, from: "{ file: \(name) }", into: created))
      expectFailed(report, .source, "source.truncated")
      #expect(try bench.scalar("SELECT to_regclass('things')::text") == nil)
    }

    private func restored(_ report: Report) throws -> [UInt8] {
      try call(
        "zstd", "-q", "-d", bench.path("runs/\(report.run)/backup/things.json.zst"), "-o", bench.path("restored"))
      return try bench.read("restored")
    }
  }
}
