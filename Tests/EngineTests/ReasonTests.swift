import Engine
import Foundation
import Postgres
import Records
import Reports
import TestSupport
import Testing

extension EndToEnd {
  /// What is said of a record that is refused: where it lies, which column or key is at fault, and what would do.
  @Suite("Reasons") struct Reasons {
    private let bench: Workbench

    init() throws { bench = try Workbench() }

    private func reject(_ options: inout RunOptions) { options.onError = .reject }

    private static let into = "{ table: things, mode: append }"

    // MARK: - Enums

    private static let moods = yaml(["id int4", "m mood, at: /mood"], into: into)

    private func enumTable() throws {
      try bench.sql("CREATE TYPE mood AS ENUM ('sad', 'happy'); CREATE TABLE things (id int4, m mood)")
      try bench.write("[{\"id\": 1, \"mood\": \"sad\"},\n {\"id\": 2, \"mood\": \"Happy\"}]")
    }

    @Test("a value that no enum has stops the run before it is sent, with column, place and labels")
    func label() async throws {
      try enumTable()
      let report = try await bench.run(Self.moods)
      expectFailed(report, .data, "run.budget")
      #expect(report.error?.place == "dataset things, line 2, byte 28, /mood")
      #expect(
        report.error?.message
          == #"column m: a string is not a label of the enum public.mood; expected "sad", "happy" [type.enum]"#)
      #expect(try bench.rows("SELECT slice FROM sluice.slices").isEmpty)
    }

    @Test("a value that no enum has is set aside before it is sent, so that the server refuses nothing")
    func labelSetAside() async throws {
      try enumTable()
      let report = try await bench.run(Self.moods, reject)
      try expectVerified(report, rows: 1, rejected: 1)
      let rejects = try bench.rejects(of: report)
      #expect(rejects.map(\.rule) == ["type.enum"] && rejects.map(\.stage) == ["transform"])
      #expect(try bench.rows("SELECT refused FROM sluice.slices") == [["{}"]])
      try expectVerified(try await bench.verify(Self.moods), rows: 1, rejected: 1)
    }

    @Test("a run that a missing label stopped is resumed once the enum has it")
    func labelAdded() async throws {
      try enumTable()
      let report = try await bench.run(Self.moods)
      try bench.sql("ALTER TYPE mood ADD VALUE 'Happy'")
      try expectVerified(try await bench.resume(report.run), rows: 2)
    }

    @Test("an element of an array that no enum has is named as one, and of many labels twenty are")
    func labels() async throws {
      let labels = (0..<23).map { "'l\($0)'" }.joined(separator: ", ")
      try bench.sql("CREATE TYPE many AS ENUM (\(labels)); CREATE TABLE things (m many[])")
      try bench.write(#"[{"m": ["l22", null]}, {"m": ["l0", "l"]}]"#)
      let report = try await bench.run(yaml(["m many[]"], into: Self.into), reject)
      try expectVerified(report, rows: 1, rejected: 1)
      let reason = try #require(try bench.rejects(of: report).first?.reason)
      #expect(
        reason.hasPrefix(
          "column m: an element: a string is not a label of the enum public.many[]; expected \"l0\", \"l1\", "))
      #expect(reason.hasSuffix("\"l19\" or one of 3 more"))
    }

    // MARK: - The server

    struct Refusal: Sendable, CustomTestStringConvertible {
      var table: String
      var state: String
      /// What the reason says.
      var words: String
      var testDescription: String { "\(state) \(table)" }
    }

    private static let refusals = [
      Refusal(
        table: "CREATE TABLE other (n int4 PRIMARY KEY); INSERT INTO other VALUES (1);"
          + "CREATE TABLE things (id int4, n int4, CONSTRAINT to_other FOREIGN KEY (n) REFERENCES other)",
        state: "23503",
        words:
          #"insert or update on table "things" violates foreign key constraint "to_other": Key (n)=(7) is not present in "#
          + #"table "other".; load the table that it refers to first: datasets load in the order of the file"#),
      Refusal(
        table: "CREATE TABLE things (id int4, n int4 UNIQUE); INSERT INTO things VALUES (0, 7)", state: "23505",
        words: #"duplicate key value violates unique constraint "things_n_key": Key (n)=(7) already exists."#),
      Refusal(
        table:
          "CREATE TABLE things (id int4, n int4, EXCLUDE USING btree (n WITH =)); INSERT INTO things VALUES (0, 7)",
        state: "23P01",
        words:
          #"conflicting key value violates exclusion constraint "things_n_excl": Key (n)=(7) conflicts with existing key "#
          + "(n)=(7)."),
      Refusal(
        table: "CREATE TABLE things (id int4, n int4 CONSTRAINT small CHECK (n < 5))", state: "23514",
        words: #"new row for relation "things" violates check constraint "small""#),
      Refusal(
        table:
          "CREATE DOMAIN small AS int4 CONSTRAINT little CHECK (VALUE < 5); CREATE TABLE things (id int4, n small)",
        state: "23514", words: #"column n: value for domain small violates check constraint "little""#),
      Refusal(
        table: "CREATE TABLE things (id int4, n int4, t text GENERATED ALWAYS AS (nullif(n, 7)::text) STORED NOT NULL)",
        state: "23502", words: #"null value in column "t" of relation "things" violates not-null constraint"#),
    ]

    @Test("what a constraint refuses is named with its record, constraint, and column or key", arguments: refusals)
    func constraint(_ refusal: Refusal) async throws {
      try bench.sql(refusal.table)
      let type = refusal.table.contains("small AS") ? "small" : "int4"
      let pipeline = yaml(["id int4", "n \(type)"], into: Self.into)
      try bench.write("[{\"id\": 1, \"n\": 1},\n {\"id\": 2, \"n\": 7}]")
      let stopped = try await bench.run(pipeline)
      expectFailed(stopped, .data, "load.refused")
      let message = try #require(stopped.error?.message)
      let words = refusal.words.split(separator: "; load").first.map(String.init) ?? ""
      #expect(
        message == "PostgreSQL refused record 1 (counted from 0) at byte 21: \(words) (SQLSTATE \(refusal.state))")
      if refusal.state == "23503" {
        #expect(stopped.error?.remedy?.contains("datasets load in the order of the file") == true)
      }
      let report = try await bench.run(pipeline, reject)
      #expect(try part(report).loaded == 1 && part(report).rejected == 1)
      let rejects = try bench.rejects(of: report)
      #expect(rejects.map(\.reason) == [refusal.words] && rejects.map(\.rule) == [refusal.state])
    }

    @Test("a value that a cast refuses names the column that it is in, and never the connection")
    func cast() async throws {
      try bench.sql("CREATE TABLE things (id int4, n text, g int4 GENERATED ALWAYS AS (n::int4) STORED)")
      try bench.write(#"[{"id": 1, "n": "x"}]"#)
      let report = try await bench.run(yaml(["id int4", "n text"], into: Self.into), reject)
      let reject = try #require(try bench.rejects(of: report).first)
      #expect(reject.rule == "22P02" && reject.reason == "the server refuses a value: not a text of its type")
    }

    @Test("a foreign key that refuses what is published names the key")
    func published() async throws {
      try bench.sql(
        "CREATE TABLE other (n int4 PRIMARY KEY); CREATE TABLE things (id int4 PRIMARY KEY, n int4 REFERENCES other)")
      try bench.write(#"[{"id": 1, "n": 7}]"#)
      let report = try await bench.run(yaml(["id int4", "n int4"], into: "{ table: things, mode: upsert, key: [id] }"))
      expectFailed(report, .data, "load.refused")
      #expect(
        report.error?.message.hasSuffix(#"(SQLSTATE 23503): Key (n)=(7) is not present in table "other"."#) == true)
      #expect(report.error?.remedy?.contains("datasets load in the order of the file") == true)
    }

    // MARK: - Types

    @Test("a type that cannot be loaded names the way round, and the commands work as printed")
    func unloadable() async throws {
      try bench.sql("CREATE TABLE things (id int4, v bit(3)); INSERT INTO things VALUES (0, '101')")
      try bench.write(#"[{"id": 1, "v": "011"}]"#)
      let refused = try await bench.run(yaml(["id int4", "v bit"], into: Self.into))
      expectFailed(refused, .schema, "load.schema")
      let message = try #require(refused.error?.message)
      #expect(
        message.contains("column v: values of the table's type bit(3) cannot be loaded; say text (or jsonb) in the"))
      let commands = message.split(separator: "(ALTER").dropFirst().map { "ALTER" + $0.prefix { $0 != ")" } + ")" }
      try #require(commands.count == 2)
      try bench.sql(String(commands[0].dropLast()))
      try expectVerified(try await bench.run(yaml(["id int4", "v text"], into: Self.into)), rows: 1)
      try bench.sql(commands[1] + " USING \"v\"::bit(3)")
      #expect(try bench.rows("SELECT v FROM things ORDER BY id") == [["101"], ["011"]])
    }
  }
}
