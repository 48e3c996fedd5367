import Foundation
import Records
import TestSupport
import Testing

extension CommandLineTests {
  @Suite("local") struct Local {
    private let bench: Workbench

    init() throws { bench = try Workbench() }

    /// Without a database in the environment: the embedded one is used.
    private func sluice(_ arguments: String...) throws -> Program.Ended {
      var nowhere = bench.environment.mapValues { _ in "" }
      nowhere["SLUICE_PG_BIN"] = ProcessInfo.processInfo.environment["SLUICE_PG_BIN"] ?? ""
      return try bench.start(arguments, environment: nowhere).wait()
    }

    @Test("starts, is loaded into, answers psql, and stops")
    func lifecycle() throws {
      defer { _ = try? sluice("local", "stop") }
      let before = try sluice("local", "status")
      #expect(before.status == 0 && before.output.hasPrefix("not running, no data yet\n"))
      try bench.write("[{\"id\": 1}, {\"id\": 2}]")
      try bench.write(yaml(["id int4"], into: created), to: "p.yaml")
      let run = try sluice("run", "p.yaml")
      #expect(run.status == 0, "\(run.errors)")
      #expect(run.errors.hasPrefix("notice: starting the embedded PostgreSQL in \(bench.path("state/sluice"))"))
      #expect(run.output.contains("look:   sluice local psql"))
      #expect(try sluice("local", "start").output.hasPrefix("running, pid "))
      let psql = try sluice("local", "psql", "--", "-Atc", "select sum(id) from things")
      #expect(psql.status == 0 && psql.output == "3\n")
      // What a user creates by hand lies where a pipeline looks for it.
      #expect(try sluice("local", "psql", "--", "-qc", "create table mine (id int4)").status == 0)
      #expect(try sluice("local", "psql", "--", "-Atc", "select to_regclass('public.mine')").output == "mine\n")
      // What sync deletes comes back by the command that is printed.
      try bench.write(yaml(["id int4"], into: "{ table: things, mode: sync, key: id }"), to: "p.yaml")
      try bench.write("[{\"id\": 1}]")
      #expect(try sluice("local", "psql", "--", "-qc", "alter table things add primary key (id)").status == 0)
      let synced = try sluice("run", "p.yaml", "--yes").output
      let restore = try #require(synced.firstMatch(of: /deleted rows come back by: (.* \| )sluice (.*)\n/))
      var environment = bench.sluiceEnvironment.filter { !$0.key.hasPrefix("PG") }
      environment["SLUICE_PG_BIN"] = ProcessInfo.processInfo.environment["SLUICE_PG_BIN"]
      let back = try Program(
        "sh", ["-c", "\(restore.1)\"$0\" \(restore.2)", Workbench.sluice], in: bench.folder, environment: environment
      ).wait()
      #expect(back.status == 0, "\(back.errors)")
      #expect(try sluice("local", "psql", "--", "-Atc", "select sum(id) from things").output == "3\n")
      #expect(try sluice("local", "stop").status == 0)
      #expect(try sluice("local", "status").output.hasPrefix("not running, PostgreSQL "))
    }
  }
}
