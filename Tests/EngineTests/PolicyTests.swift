import Engine
import Postgres
import Records
import Reports
import TestSupport
import Testing

extension EndToEnd {
  /// What JSON allows and PostgreSQL does not.
  @Suite("Policies") struct PoliciesTests {
    private let bench: Workbench

    init() throws { bench = try Workbench() }

    private let columns = ["id int4", "t text", "d jsonb", "j json, at: /d"]

    private func run(_ record: String, _ policies: String?) async throws -> Report {
      try bench.write(
        #"[{"id": 1, "t": "", "d": {}}, \#(record), {"id": 3, "t": "\\u0000", "d": {"\\u0000": "\\ud800"}}]"#)
      let pipeline = yaml(columns, into: created, policies: policies)
      let report = try await bench.run(pipeline)
      guard report.error == nil else { return report }
      #expect(try await bench.verify(pipeline).outcome == .verified)
      // What only looks like an escape is left alone.
      #expect(
        try bench.rows(#"SELECT t, d ->> '\u0000', j ->> '\u0000' FROM things WHERE id = 3"#) == [
          [#"\u0000"#, #"\ud800"#, #"\ud800"#]
        ])
      return report
    }

    private func loaded() throws -> [String?] {
      try bench.rows("SELECT t, d::text, j::text FROM things WHERE id = 2").first ?? []
    }

    private static let nul = #"{"id": 2, "t": "a\u0000b", "d": {"k\u0000": "\u0000"}}"#
    private static let surrogate = #"{"id": 2, "t": "a\ud83db", "d": {"k\udc00": "\ud83d\ude00\ud83d"}}"#

    @Test(
      "U+0000 and half a surrogate pair stop the run unless a policy says otherwise", arguments: ["nul", "surrogates"])
    func error(_ policy: String) async throws {
      for policies in [nil, "\(policy): error"] {
        let report = try await run(policy == "nul" ? Self.nul : Self.surrogate, policies)
        expectFailed(report, .data, "run.budget")
        #expect(report.error?.message.contains("policies.\(policy)") == true)
        #expect(report.error?.place?.hasSuffix("/t") == true, "\(report.error?.place ?? "")")
        #expect(try bench.count() == 0)
      }
    }

    @Test("such a record can be set aside", arguments: ["nul", "surrogates"])
    func reject(_ policy: String) async throws {
      let report = try await run(policy == "nul" ? Self.nul : Self.surrogate, "\(policy): reject")
      try expectVerified(report, rows: 2, rejected: 1)
      #expect(try bench.rejects(of: report).map(\.raw) == [policy == "nul" ? Self.nul : Self.surrogate])
    }

    @Test("U+0000 is replaced by U+FFFD or left out, in strings and keys, and the result is proved")
    func nul() async throws {
      var report = try await run(Self.nul, "nul: replace")
      try expectVerified(report, rows: 3)
      #expect(try part(report).changed > 0)
      #expect(try loaded() == ["a\u{FFFD}b", "{\"k\u{FFFD}\": \"\u{FFFD}\"}", "{\"k\u{FFFD}\":\"\u{FFFD}\"}"])
      report = try await run(Self.nul, "nul: strip")
      try expectVerified(report, rows: 3)
      #expect(try loaded() == ["ab", #"{"k": ""}"#, #"{"k":""}"#])
    }

    @Test("half a surrogate pair is replaced or left out, and a whole pair stays")
    func surrogates() async throws {
      var report = try await run(Self.surrogate, "surrogates: replace")
      try expectVerified(report, rows: 3)
      #expect(try loaded().first == "a\u{FFFD}b")
      #expect(try bench.scalar("SELECT d ->> E'k\u{FFFD}' FROM things WHERE id = 2") == "😀\u{FFFD}")
      report = try await run(Self.surrogate, "surrogates: strip")
      try expectVerified(report, rows: 3)
      #expect(try loaded().first == "ab")
      #expect(try bench.scalar("SELECT d ->> 'k' FROM things WHERE id = 2") == "😀")
    }

    @Test("stripping can make two keys equal: then the policy for repeated keys holds")
    func strippedKeys() async throws {
      let record = #"{"id": 2, "t": "", "d": {"k": 1, "k\u0000": 2}}"#
      let report = try await run(record, "nul: strip, duplicateKeys: last")
      try expectVerified(report, rows: 3)
      #expect(try bench.scalar("SELECT d ->> 'k' FROM things WHERE id = 2") == "2")
    }

    @Test("stripping that makes two keys equal is no way around an error for repeated keys")
    func strippedKeysError() async throws {
      let record = #"{"id": 2, "t": "", "d": {"k": 1, "k\u0000": 2}}"#
      let report = try await run(record, "nul: strip")
      expectFailed(report, .data, "run.budget")
      #expect(report.error?.message.contains("duplicateKeys") == true, "\(report.error as Any)")
    }

    private static let repeated = #"{"id": 2, "t": "one", "d": {"a": 1, "b": 2, "\u0061": 3}, "t": "two"}"#

    @Test("a repeated key is an error, or rejected, or the first or last one counts")
    func duplicateKeys() async throws {
      var report = try await run(Self.repeated, nil)
      expectFailed(report, .data, "run.budget")
      #expect(report.error?.message.contains("policies.duplicateKeys") == true)

      report = try await run(Self.repeated, "duplicateKeys: reject")
      try expectVerified(report, rows: 2, rejected: 1)

      report = try await run(Self.repeated, "duplicateKeys: first")
      try expectVerified(report, rows: 3)
      #expect(
        try bench.rows("SELECT t, d::text, j ->> 'a' FROM things WHERE id = 2") == [["one", #"{"a": 1, "b": 2}"#, "1"]])
      #expect(try part(report).changed == 2)

      report = try await run(Self.repeated, "duplicateKeys: last")
      try expectVerified(report, rows: 3)
      #expect(
        try bench.rows("SELECT t, d::text, j ->> 'a' FROM things WHERE id = 2") == [["two", #"{"a": 3, "b": 2}"#, "3"]])
    }

    @Test("a key that no column names is ignored, rejected or an error")
    func extraKeys() async throws {
      let record = #"{"id": 2, "t": "", "d": {"free": 1}, "other": true}"#
      try expectVerified(try await run(record, nil), rows: 3)
      let rejected = try await run(record, "extraKeys: reject")
      try expectVerified(rejected, rows: 2, rejected: 1)
      #expect(try bench.rejects(of: rejected).map(\.pointer) == ["/other"])
      let stopped = try await run(record, "extraKeys: error")
      expectFailed(stopped, .data, "run.budget")
      #expect(stopped.error?.place?.hasSuffix("/other") == true)
    }
  }
}
