import Foundation
import Records
import TestSupport
import Testing

extension CommandLineTests {
  @Suite("Names of files") struct FileNames {
    private let bench: Workbench

    init() throws {
      bench = try Workbench()
      try bench.write(yaml(["id int4"], into: created), to: "p.yaml")
      try bench.write("[{\"id\": 1}]")
    }

    private func shell(_ line: String) throws -> Program.Ended {
      try Program("bash", ["-c", line, Workbench.sluice], in: bench.folder, environment: bench.sluiceEnvironment).wait()
    }

    @Test("that are not UTF-8 are refused and shown, and never become another name")
    func bytes() throws {
      for line in [
        #"exec "$0" run $'p\xff.yaml'"#, #"exec "$0" run p.yaml --run-dir $'runs\xff'"#,
        #"mkdir $'\xff'; cp p.yaml things.json $'\xff'; cd $'\xff'; exec "$0" run p.yaml"#,
      ] {
        let ended = try shell(line)
        #expect(ended.status == Records.ExitStatus.usage.rawValue)
        #expect(ended.errors.contains("is not UTF-8") && ended.errors.contains("\\xff"), "\(ended.errors)")
      }
      try bench.write("source: { directory: \"${PLACE}\" }\n" + bench.text("p.yaml"), to: "p.yaml")
      let variable = try shell(#"PLACE=$'\xff' exec "$0" run p.yaml"#)
      #expect(variable.status == Records.ExitStatus.pipeline.rawValue)
      #expect(variable.errors.contains("`PLACE` is not UTF-8"), "\(variable.errors)")
      #expect(try !FileManager.default.contentsOfDirectory(atPath: bench.folder).contains { $0.hasPrefix("runs") })
    }

    @Test("that are none are refused as what they are", arguments: ["/", "", "folder/", ".", ".."])
    func none(name: String) throws {
      try #require(try bench.sluice("run", "p.yaml", "--run-id", "r").status == 0)
      let restore = try bench.sluice("backup", "restore", "r", "--output", name)
      #expect(restore.status == Records.ExitStatus.refused.rawValue, "\(restore.errors)")
      #expect(restore.errors.contains("names no file"), "\(restore.errors)")
      let extract = try bench.sluice("extract", "p.yaml", "--dataset", "things", "--output", name)
      #expect(extract.status != 0 && extract.errors.contains("names no file"), "\(extract.output)\(extract.errors)")
    }
  }
}
