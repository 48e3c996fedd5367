import Foundation
import Records
import TestSupport
import Testing

extension CommandLineTests {
  @Suite("backup") struct Backups {
    private let bench: Workbench
    private let run: String
    private let source = "[\r\n" + (0..<200).map { #" {"id": \#($0)} "# }.joined(separator: ",\n\t") + "]\n\n"

    init() throws {
      bench = try Workbench()
      try bench.write(source)
      try bench.write(yaml(["id int4"], into: created), to: "p.yaml")
      try #require(try bench.sluice("run", "p.yaml").status == 0)
      run = try bench.onlyRun()
    }

    private var archive: String { "runs/\(run)/backup/things.json.zst" }

    @Test("list, verify and restore: the source comes back byte for byte, and over no other file")
    func restore() throws {
      let list = try bench.sluice("backup", "list")
      #expect(list.status == 0 && list.output.hasPrefix("\(run)\n  backup/things.json.zst  "))
      let verify = try bench.sluice("backup", "verify", run)
      #expect(verify.status == 0)
      #expect(verify.output.contains("backup/things.json.zst: 1 of 1 frames sound"))
      let restore = try bench.sluice("backup", "restore", run, "--output", "back.json")
      #expect(restore.status == 0 && restore.output.isEmpty)
      #expect(try bench.text("back.json") == source)
      try bench.write("mine", to: "back.json")
      #expect(
        try bench.sluice("backup", "restore", run, "--output", "back.json").status
          == Records.ExitStatus.refused.rawValue)
      #expect(try bench.text("back.json") == "mine")
      #expect(try bench.sluice("backup", "restore", run, "--output", "back.json", "--force").status == 0)
      #expect(try bench.text("back.json") == source)
    }

    @Test("restore names the flag that replaces a file, and may be left by its reader")
    func leaving() throws {
      try bench.write("mine", to: "back.json")
      let refused = try bench.sluice("backup", "restore", run, "--output", "back.json")
      #expect(
        refused.errors.contains("replace this one with --force") && refused.errors.hasSuffix("[archive.exists]\n"))
      let line = "{ \"$0\" backup restore \(run) --output -; echo $? >status; } | true"
      let ended = try Program(
        "sh", ["-c", line, Workbench.sluice], in: bench.folder, environment: bench.sluiceEnvironment
      )
      .wait()
      #expect(ended.errors.isEmpty)
      #expect(try bench.text("status") == "0\n")
    }

    @Test("list and status show the newest run last, whatever its name is")
    func newestLast() throws {
      for name in ["zzz", "aaa"] { try #require(try bench.sluice("run", "p.yaml", "--run-id", name).status == 0) }
      for command in [["backup", "list"], ["status"]] {
        let output = try bench.start(command).wait().output
        let runs = output.split(separator: "\n").filter { !$0.hasPrefix(" ") }.compactMap {
          $0.split(separator: " ").first
        }
        #expect(runs.map(String.init) == [run, "zzz", "aaa"], "\(output)")
      }
    }

    @Test("--json is one document: what there is, what was checked, what was restored")
    func json() throws {
      func object(_ text: String) throws -> Any { try JSONSerialization.jsonObject(with: Data(text.utf8)) }
      let list = try #require(try object(bench.sluice("backup", "list", "--json").output) as? [[String: Any]])
      #expect(list.map { $0["run"] as? String } == [run])
      let verify = try bench.sluice("backup", "verify", run, "--json")
      let checked = try #require(try object(verify.output) as? [String: Any])
      #expect(checked["verdict"] as? String == "passed" && (checked["problems"] as? [String])?.isEmpty == true)
      let restore = try bench.sluice("backup", "restore", run, "--output", "back.json", "--json")
      let restored = try #require(try object(restore.output) as? [String: Any])
      #expect(restored["bytes"] as? Int == source.utf8.count)
      #expect(
        try bench.sluice("backup", "restore", run, "--output", "-", "--json").status
          == Records.ExitStatus.usage.rawValue)
    }

    @Test("a run whose SHA256SUMS is gone is not called verified")
    func noSums() throws {
      try FileManager.default.removeItem(atPath: bench.path("runs/\(run)/SHA256SUMS"))
      let verify = try bench.sluice("backup", "verify", run)
      #expect(verify.status == Records.ExitStatus.integrity.rawValue)
      #expect(verify.errors.contains("SHA256SUMS") && !verify.output.contains("verified"))
    }

    @Test("one flipped byte is found, its frame named, and nothing restored from it")
    func flipped() throws {
      var bytes = try bench.read(archive)
      bytes[40] ^= 1
      try bench.write(bytes, to: archive)
      let verify = try bench.sluice("backup", "verify", run)
      #expect(verify.status == Records.ExitStatus.integrity.rawValue)
      #expect(verify.errors.contains("backup/things.json.zst, frame 0 (bytes 0..<\(source.utf8.count) of the source)"))
      #expect(!verify.output.contains("verified"))
      let restore = try bench.sluice("backup", "restore", run, "--output", "back.json")
      #expect(restore.status == Records.ExitStatus.integrity.rawValue)
      #expect(!bench.exists("back.json"))
    }

    @Test("an archive cut short, a manifest changed and a report changed are found")
    func others() throws {
      let whole = try bench.read(archive)
      try bench.write(Array(whole.dropLast(5)), to: archive)
      #expect(try bench.sluice("backup", "verify", run).status == Records.ExitStatus.integrity.rawValue)
      try bench.write(whole, to: archive)
      #expect(try bench.sluice("backup", "verify", run).status == 0)
      for name in ["manifest.jsonl", "report.json", "run.json"] {
        let file = "runs/\(run)/\(name)"
        let text = try bench.text(file)
        try bench.write(text.replacing("things", with: "thingz", maxReplacements: 1), to: file)
        let verify = try bench.sluice("backup", "verify", run)
        #expect(verify.status == Records.ExitStatus.integrity.rawValue, "\(name)")
        #expect(verify.errors.contains(name), "\(verify.errors)")
        try bench.write(text, to: file)
      }
    }

    @Test("a run that is not there, or has no archives, is no pass")
    func nothing() throws {
      #expect(try bench.sluice("backup", "verify", "20200101T000000Z-000000").status != 0)
      #expect(try bench.sluice("run", "p.yaml", "--backup", "none", "--run-id", "bare").status == 0)
      #expect(try bench.sluice("backup", "verify", "bare").status == Records.ExitStatus.integrity.rawValue)
    }
  }
}
