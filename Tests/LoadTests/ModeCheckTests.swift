import Load
import PipelineSpec
import Postgres
import Records
import TestSupport
import Testing

extension OnServer {
  @Suite("What a mode needs of its table") struct ModeCheckTests {
    private let bench: PublishBench

    init() throws { bench = try PublishBench() }

    private func problems(_ dataset: Dataset) throws -> String {
      do {
        _ = try TableCheck.layout(of: dataset, in: try bench.describe("things"), for: .loading(allowsUnlogged: false))
        return ""
      } catch let error as LoadError {
        #expect(error.exitStatus == .schema)
        return error.message
      }
    }

    @Test("upsert and sync need a unique index over exactly the key", arguments: [Dataset.Mode.upsert, .sync])
    func uniqueKey(mode: Dataset.Mode) throws {
      try bench.sql(
        """
        CREATE TABLE things (a int4, b int4, c int4 UNIQUE, d int4, PRIMARY KEY (a, b));
        CREATE UNIQUE INDEX partial ON things (d) WHERE d > 0; CREATE UNIQUE INDEX folded ON things (abs(d));
        CREATE UNIQUE INDEX covering ON things (d, c) INCLUDE (a);
        """)
      let columns = ["a int4", "b int4", "c int4", "d int4"]
      for key in [["a", "b"], ["b", "a"], ["c"], ["c", "d"]] {
        #expect(try problems(bench.dataset(columns, key: key, mode: mode)) == "", "\(key)")
      }
      for key in [["a"], ["d"], ["a", "b", "c"], ["a", "c"]] {
        let message = try problems(bench.dataset(columns, key: key, mode: mode))
        #expect(
          message.contains("no unique index lies over exactly the key (\(key.joined(separator: ", ")))"), "\(key)")
      }
      #expect(try problems(bench.dataset(columns, key: ["d"], mode: .append, repeated: .first)) == "")
    }

    @Test("privileges are asked for as far as the mode uses them")
    func privileges() throws {
      try bench.sql("CREATE TABLE things (id int4 PRIMARY KEY)")
      var table = try bench.describe("things")
      for (mode, privileges, missing) in [
        (.upsert, .init(update: false, delete: false, truncate: false), ["UPDATE"]),
        (.sync, .init(update: false, delete: false, truncate: false), ["UPDATE", "DELETE"]),
        (.replace, .init(update: false, delete: false, truncate: false), ["TRUNCATE"]),
        (.append, .init(update: false, delete: false, truncate: false), []),
      ] as [(Dataset.Mode, TableDescription.Privileges, [String])] {
        table.privileges = privileges
        let dataset = bench.dataset(["id int4"], key: ["id"], mode: mode)
        var message = ""
        do {
          _ = try TableCheck.layout(of: dataset, in: table, for: .loading(allowsUnlogged: false))
        } catch { message = error.message }
        for privilege in ["UPDATE", "DELETE", "TRUNCATE"] {
          #expect(
            message.contains("this role may not \(privilege)") == missing.contains(privilege), "\(mode) \(privilege)")
        }
        _ = try TableCheck.layout(of: dataset, in: table, for: .comparison)
      }
    }

    @Test("an UNLOGGED table is refused unless that is allowed; it may be compared")
    func unlogged() throws {
      try bench.sql(
        """
        CREATE UNLOGGED TABLE things (id int4);
        CREATE TABLE parts (id int4) PARTITION BY LIST (id); CREATE UNLOGGED TABLE part PARTITION OF parts DEFAULT
        """)
      #expect(try bench.describe("parts").isUnlogged, "a partition is enough")
      let table = try bench.describe("things")
      let dataset = bench.dataset(["id int4"], key: [], mode: .append)
      let error = expectError(.unlogged) {
        try TableCheck.layout(of: dataset, in: table, for: .loading(allowsUnlogged: false))
      }
      #expect(error?.exitStatus == .refused && error?.remedy?.contains("--allow-unlogged") ?? false)
      _ = try TableCheck.layout(of: dataset, in: table, for: .loading(allowsUnlogged: true))
      _ = try TableCheck.layout(of: dataset, in: table, for: .comparison)
    }

    @Test("rules, an identity that UPDATE cannot set and indexes of partitions are named")
    func others() throws {
      try bench.sql(
        """
        CREATE TABLE things (id int4 PRIMARY KEY, n int4 GENERATED ALWAYS AS IDENTITY);
        CREATE RULE quiet AS ON INSERT TO things DO INSTEAD NOTHING;
        """)
      let columns = ["id int4", "n int4"]
      let message = try problems(bench.dataset(columns, key: ["id"]))
      #expect(message.contains("quiet") && message.contains("column n: GENERATED ALWAYS AS IDENTITY"))
      #expect(try problems(bench.dataset(columns, key: ["id"], mode: .append)) == "")
      try bench.sql("DROP TABLE things; CREATE TABLE things (id int4) PARTITION BY LIST (id)")
      var dataset = bench.dataset(["id int4"], key: [], mode: .replace)
      #expect(try problems(dataset) == "")
      dataset.rebuildIndexes = true
      #expect(try problems(dataset).contains("the table is partitioned"))
    }
  }
}
