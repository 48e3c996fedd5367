import Records
import TestSupport
import Testing

extension CommandLineTests {
  @Suite("Limits of the system") struct Limits {
    private let bench: Workbench

    init() throws {
      bench = try Workbench()
      try bench.write(yaml(["id int4"], into: created), to: "p.yaml")
      try bench.write("[{\"id\": 1}]")
    }

    private func shell(_ line: String) throws -> Program.Ended {
      try Program("sh", ["-c", line, Workbench.sluice], in: bench.folder, environment: bench.sluiceEnvironment).wait()
    }

    @Test("that are too low are named, before anything is begun", arguments: ["-n 8", "-n 20", "-v 300000"])
    func low(limit: String) throws {
      for command in ["run p.yaml", "verify p.yaml"] {
        let ended = try shell("ulimit \(limit); exec \"$0\" \(command)")
        #expect(ended.status == Records.ExitStatus.refused.rawValue && !ended.wasKilled, "\(ended.output)")
        #expect(ended.errors.contains("[run.limits]") && ended.errors.contains("ulimit \(limit.prefix(2)) "))
      }
      #expect(try shell("ulimit \(limit); exec \"$0\" local start").errors.contains("[run.limits]"))
      #expect(!bench.exists("runs"))
    }

    @Test("on open files is raised where the system allows it")
    func raised() throws {
      let ended = try shell("ulimit -Sn 20; exec \"$0\" run p.yaml")
      #expect(ended.status == 0, "\(ended.output)")
    }
  }
}
