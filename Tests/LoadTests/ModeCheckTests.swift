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

    private func problems(_ spec: TableSpec) throws -> String {
      do {
        _ = try TableCheck.layout(of: spec, in: try bench.describe("things"), for: .loading(allowsUnlogged: false))
        return ""
      } catch let error as LoadError {
        #expect(error.exitStatus == .schema)
        return error.message
      }
    }

    @Test("upsert and sync need a unique index over exactly the key", arguments: [Destination.Mode.upsert, .sync])
    func uniqueKey(mode: Destination.Mode) throws {
      try bench.sql(
        """
        CREATE TABLE things (a int4, b int4, c int4 UNIQUE, d int4, PRIMARY KEY (a, b));
        CREATE UNIQUE INDEX partial ON things (d) WHERE d > 0; CREATE UNIQUE INDEX folded ON things (abs(d));
        CREATE UNIQUE INDEX covering ON things (d, c) INCLUDE (a);
        """)
      let columns = ["a int4", "b int4", "c int4", "d int4"]
      for key in [["a", "b"], ["b", "a"], ["c"], ["c", "d"]] {
        #expect(try problems(bench.spec(columns, key: key, mode: mode)) == "", "\(key)")
      }
      for key in [["a"], ["d"], ["a", "b", "c"], ["a", "c"]] {
        let message = try problems(bench.spec(columns, key: key, mode: mode))
        #expect(
          message.contains("no unique index lies over exactly the key (\(key.joined(separator: ", ")))"), "\(key)")
      }
      #expect(try problems(bench.spec(columns, key: ["d"], mode: .append, repeated: .first)) == "")
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
      ] as [(Destination.Mode, TableDescription.Privileges, [String])] {
        table.privileges = privileges
        let spec = bench.spec(["id int4"], key: ["id"], mode: mode)
        var message = ""
        do {
          _ = try TableCheck.layout(of: spec, in: table, for: .loading(allowsUnlogged: false))
        } catch { message = error.message }
        for privilege in ["UPDATE", "DELETE", "TRUNCATE"] {
          #expect(
            message.contains("this role may not \(privilege)") == missing.contains(privilege), "\(mode) \(privilege)")
        }
        _ = try TableCheck.layout(of: spec, in: table, for: .comparison)
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
      let spec = bench.spec(["id int4"], key: [], mode: .append)
      let error = expectError(.unlogged) {
        try TableCheck.layout(of: spec, in: table, for: .loading(allowsUnlogged: false))
      }
      #expect(error?.exitStatus == .refused && error?.remedy?.contains("--allow-unlogged") ?? false)
      _ = try TableCheck.layout(of: spec, in: table, for: .loading(allowsUnlogged: true))
      _ = try TableCheck.layout(of: spec, in: table, for: .comparison)
    }

    @Test("rules, an identity that UPDATE cannot set and indexes of partitions are named")
    func others() throws {
      try bench.sql(
        """
        CREATE TABLE things (id int4 PRIMARY KEY, n int4 GENERATED ALWAYS AS IDENTITY);
        CREATE RULE quiet AS ON INSERT TO things DO INSTEAD NOTHING;
        """)
      let columns = ["id int4", "n int4"]
      let message = try problems(bench.spec(columns, key: ["id"]))
      #expect(message.contains("quiet") && message.contains("column n: GENERATED ALWAYS AS IDENTITY"))
      #expect(try problems(bench.spec(columns, key: ["id"], mode: .append)) == "")
      try bench.sql("DROP TABLE things; CREATE TABLE things (id int4) PARTITION BY LIST (id)")
      var spec = bench.spec(["id int4"], key: [], mode: .replace)
      #expect(try problems(spec) == "")
      spec.destination.rebuildIndexes = true
      #expect(try problems(spec).contains("the table is partitioned"))
    }

    @Test("rights on columns are enough where they are rights on all that the mode reads and writes")
    func columnPrivileges() throws {
      try bench.sql("CREATE TABLE things (id int4 PRIMARY KEY, n int4, other int4)")
      func problems(_ mode: Destination.Mode, _ grants: String) throws -> String {
        try bench.asRole(grants.isEmpty ? "" : "GRANT \(grants) ON public.things TO :role") { _ in
          try self.problems(bench.spec(["id int4", "n int4"], key: ["id"], mode: mode))
        }
      }
      let reading = "SELECT (id, n), INSERT (id, n)"
      #expect(try problems(.append, reading + ", SELECT (xmin)") == "")
      #expect(try problems(.append, reading).contains("mode append: this role may not SELECT column xmin"))
      #expect(try problems(.append, "SELECT, INSERT (id)").hasSuffix("column n: this role may not INSERT it"))
      #expect(try problems(.append, "SELECT (n, xmin), INSERT").hasSuffix("column id: this role may not SELECT it"))
      #expect(try problems(.append, "SELECT (other)").contains("column n: this role may not SELECT it"))
      let some = try problems(.upsert, reading + ", UPDATE (n)")
      #expect(some.contains("column id: this role may not UPDATE it") && some.contains("may not lock the table"))
      #expect(try problems(.upsert, reading + ", UPDATE (id, n), TRUNCATE") == "")
      #expect(try problems(.upsert, reading + ", UPDATE") == "")
      #expect(try problems(.sync, reading + ", UPDATE, DELETE").contains("this role may not SELECT column other"))
      #expect(try problems(.sync, reading + ", SELECT (other), UPDATE, DELETE") == "")
    }

    @Test("foreign partitions and foreign children are refused as foreign tables are, for loading and for comparison")
    func foreignParts() throws {
      try bench.sql(
        """
        CREATE FOREIGN DATA WRAPPER nothing; CREATE SERVER nowhere FOREIGN DATA WRAPPER nothing;
        CREATE TABLE things (id int4) PARTITION BY LIST (id);
        CREATE TABLE several PARTITION OF things FOR VALUES IN (1, 2) PARTITION BY LIST (id);
        CREATE TABLE near PARTITION OF several FOR VALUES IN (1);
        """)
      let spec = bench.spec(["id int4"], key: [], mode: .append)
      #expect(try problems(spec) == "")
      try bench.sql("CREATE FOREIGN TABLE far PARTITION OF several FOR VALUES IN (2) SERVER nowhere")
      #expect(try problems(spec).hasSuffix("parts of it are foreign tables: public.far"))
      expectError(.schema) { try TableCheck.layout(of: spec, in: try bench.describe("things"), for: .comparison) }
      try bench.sql(
        "DROP TABLE things; CREATE TABLE things (id int4); CREATE FOREIGN TABLE child () INHERITS (things) SERVER nowhere"
      )
      #expect(try problems(spec).hasSuffix("parts of it are foreign tables: public.child"))
    }

    @Test("rows of a published table without replica identity are neither updated nor deleted, so the mode is refused")
    func unidentified() throws {
      try bench.sql(
        """
        CREATE TABLE things (id int4, n int4, CONSTRAINT key UNIQUE (id, n)) PARTITION BY LIST (n);
        CREATE TABLE one PARTITION OF things FOR VALUES IN (1); CREATE TABLE two PARTITION OF things FOR VALUES IN (2);
        """)
      func check(_ mode: Destination.Mode) throws {
        let spec = bench.spec(["id int4", "n int4"], key: ["id", "n"], mode: mode)
        _ = try TableCheck.layout(of: spec, in: try bench.describe("things"), for: .loading(allowsUnlogged: false))
      }
      let modes = [Destination.Mode.upsert, .sync]
      for (publication, refused) in [
        ("FOR ALL TABLES", modes), ("FOR TABLE things", modes), ("FOR TABLE one", modes),
        ("FOR TABLES IN SCHEMA public", modes), ("FOR TABLES IN SCHEMA sluice", []),
        ("FOR TABLE things WITH (publish = 'insert')", []), ("FOR TABLE things WITH (publish = 'delete')", [.sync]),
      ] {
        try bench.sql("CREATE PUBLICATION p \(publication)")
        for mode in [Destination.Mode.append, .upsert, .sync] {
          if refused.contains(mode) {
            let error = expectError(.published) { try check(mode) }
            #expect(error?.place == "public.one" && error?.message.hasPrefix("publication p ") == true)
          } else {
            try check(mode)
          }
        }
        try bench.sql("DROP PUBLICATION p")
      }
      try bench.sql("CREATE PUBLICATION p FOR TABLE things; ALTER TABLE one REPLICA IDENTITY FULL")
      #expect(expectError(.published) { try check(.sync) }?.place == "public.two")
      try bench.sql("ALTER TABLE two ALTER id SET NOT NULL, ALTER n SET NOT NULL")
      try bench.sql("ALTER TABLE two REPLICA IDENTITY USING INDEX two_id_n_key")
      try check(.sync)
    }
  }
}
