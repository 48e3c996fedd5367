import Engine
import Foundation
import PipelineSpec
import Records
import Reports
import TestSupport
import Testing

extension EndToEnd {
  /// A ledger that was edited, or that a broken disk has changed.
  @Suite("A damaged ledger") struct DamagedLedger {
    private let bench: Workbench

    /// Rows that the server refuses, keys that are repeated, an index that is made again: every table has rows.
    private static let pipeline = """
      pipeline: test
      datasets:
        - dataset: things
          from: { file: things.json }
          into: { table: things, mode: append }
          columns: [{ column: id, type: int4, at: /id }]
        - dataset: indexed
          from: { file: things.json }
          into: { table: indexed, mode: replace, rebuildIndexes: true }
          columns: [{ column: id, type: int4, at: /id }]
        - dataset: others
          from: { file: things.json }
          into: { table: others, mode: upsert, key: id, repeated: last, create: true }
          columns: [{ column: id, type: int4, at: /key }]
      """

    /// What a number can be that no run has written, or that leads to one where it is added to another.
    private static let extremes = [
      "0", "-1", "2147483648", "9007199254740993", "4611686018427387903", "9223372036854775807", "-9223372036854775808",
    ]

    /// Columns that no reader of the ledger takes a number from: what stands in them cannot mislead.
    private static let unread: Set = [
      "runs.source_bytes", "runs.target_oid", "rebuilds.place", "slices.slice", "slices.xids",
      "slice_tables.slice",
    ]

    init() throws {
      bench = try Workbench()
      try bench.sql(
        "CREATE TABLE things (id int4 CHECK (id <> 7)); CREATE TABLE indexed (id int4); CREATE INDEX ON indexed (id)")
      try bench.write("[" + (0..<200).map { #"{"id": \#($0), "key": \#($0 % 50)}"# }.joined(separator: ",\n") + "]")
    }

    /// A run that did all it had to do, and does not know it.
    private func load() async throws -> String {
      let report = try await bench.run(Self.pipeline) { options in
        options.onError = .reject
        options.sliceBytes = 4096
      }
      try #require(report.error == nil)
      for file in ["report.json", "SHA256SUMS"] {
        try FileManager.default.removeItem(atPath: bench.path("runs/\(report.run)/\(file)"))
      }
      try bench.sql("UPDATE sluice.runs SET finished_at = NULL, report = NULL, outcome = NULL")
      try call("cp", "-r", "runs", "kept", in: bench.folder)
      for table in try tables() {
        try bench.sql("CREATE TABLE kept.\(table.replacing(".", with: "_")) AS TABLE \(table)")
      }
      return report.run
    }

    private func tables() throws -> [String] {
      try bench.sql("CREATE SCHEMA IF NOT EXISTS kept")
      return try bench.rows(
        "SELECT schemaname || '.' || tablename FROM pg_tables WHERE schemaname IN ('public', 'sluice') ORDER BY 1"
      ).compactMap { $0[0] }
    }

    private func putBack() throws {
      for table in try tables() {
        try bench.sql("TRUNCATE \(table); INSERT INTO \(table) TABLE kept.\(table.replacing(".", with: "_"))")
      }
      try call("rm", "-r", "runs", in: bench.folder)
      try call("cp", "-r", "kept", "runs", in: bench.folder)
    }

    /// What status, resume and verify say; each ends as a command may end.
    private func said(_ run: String, _ what: String) async throws -> String {
      let status = try RunStatus.of(run, in: bench.path("runs"), environment: bench.environment)
      var said = [status.problem ?? ""]
      for report in [try await bench.resume(run), try await bench.verify(Self.pipeline)] {
        #expect(ExitStatus(rawValue: report.exit) != nil && report.error?.code != "run.failure", "\(what): \(report)")
        if let error = report.error { said.append("\(error.code): \(error.message)") }
      }
      return said.joined(separator: "\n")
    }

    private struct Column {
      var table: String
      var name: String
      var type: String

      var place: String { "\(table).\(name)" }

      /// Puts a number into every row, or, where they must differ, into the first.
      func planting(_ number: String) -> [String] {
        let value = type.hasPrefix("_") ? "ARRAY['\(number)']::\(type.dropFirst())[]" : "(\(number))::\(type)"
        let update = "UPDATE sluice.\(table) SET \(name) = \(value)"
        return [update, update + " WHERE ctid = (SELECT min(ctid) FROM sluice.\(table))"]
      }
    }

    /// Every column of the ledger that holds numbers, also those that are still to be thought of.
    private func columns() throws -> [Column] {
      try bench.rows(
        """
        SELECT table_name, column_name, udt_name FROM information_schema.columns
        WHERE table_schema = 'sluice' AND udt_name IN ('int2', 'int4', 'int8', 'oid', 'numeric', '_int8', '_xid8')
        ORDER BY table_name, column_name
        """
      ).map { row in Column(table: row[0] ?? "", name: row[1] ?? "", type: row[2] ?? "") }
    }

    private static func verdict(on number: String, in column: Column) -> String {
      // A ledger of another version may have other columns: its rows are not read.
      if column.place == "version.version" { return number.hasPrefix("-") ? "load.damaged" : "load.newer" }
      return " is damaged: \(column.name) is "
    }

    @Test("ends no command: a number that cannot be is named with its row and column")
    func extremes() async throws {
      let run = try await load()
      var planted = 0
      for column in try columns() {
        for number in Self.extremes {
          let isPlanted = column.planting(number).contains { (try? bench.sql($0)) != nil }
          guard isPlanted else { continue }
          planted += 1
          let said = try await said(run, "\(column.place) \(number)")
          if !(Int64(number) ?? 0).isCount, !Self.unread.contains(column.place) {
            #expect(said.contains(Self.verdict(on: number, in: column)), "\(column.place) \(number): \(said)")
          }
          try putBack()
        }
      }
      #expect(planted > 100)
    }

    @Test("is named where a digest, a report or a half of two values is missing")
    func texts() async throws {
      let run = try await load()
      for (column, value) in [
        ("slice_tables.digest", "''"), ("slice_tables.digest", "'xyz'"), ("slices.refused", "ARRAY[NULL]::int8[]"),
        ("runs.before_digest", "NULL"), ("runs.before_rows", "NULL"), ("runs.expected_digest", "'0'"),
        ("runs.expected_rows", "NULL"), ("runs.deleted", "NULL"),
      ] {
        let parts = column.split(separator: ".")
        try bench.sql("UPDATE sluice.\(parts[0]) SET \(parts[1]) = \(value)")
        let said = try await said(run, "\(column) \(value)")
        #expect(
          said.contains("load.ledger") && said.contains(" is damaged: \(parts[1]) is "), "\(column) \(value): \(said)")
        try putBack()
      }
      for report in ["", "{}", #"{"dataset": "things", "read": 9223372036854775807}"#] {
        try bench.sql("UPDATE sluice.runs SET finished_at = now(), report = '\(report)'")
        let said = try await said(run, report)
        #expect(said.contains("load.ledger") && said.contains(" is damaged: report is "), "\(report): \(said)")
        try putBack()
      }
    }
  }
}
