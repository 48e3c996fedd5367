import Foundation
import Records
import TestSupport
import Testing

extension CommandLineTests {
  @Suite("explain") struct Explain {
    private let bench: Workbench

    init() throws { bench = try Workbench() }

    @Test("a code says what it means, how it ends, why, and what to do")
    func code() throws {
      let ended = try bench.sluice("explain", "[load.refused]")
      #expect(ended.status == 0 && ended.errors.isEmpty)
      let lines = ended.output.split(separator: "\n", omittingEmptySubsequences: false)
      #expect(lines[0].hasPrefix("load.refused: PostgreSQL refused a record"))
      #expect(lines[1].hasPrefix("ends a command with status 4: "))
      #expect(lines.contains("Causes") && lines.contains("What to do") && lines.contains("    sluice explain 23505"))
      #expect(lines.allSatisfy { $0.count <= 100 })
      #expect(try bench.sluice("explain", "9").output.hasPrefix("9: cannot resume"))
      #expect(try bench.sluice("explain", "type.int4").output.contains("stands under `rule`"))
    }

    @Test("every code that the list has is explained, and as JSON too")
    func all() throws {
      let list = try bench.sluice("explain").output
      let json = try bench.sluice("explain", "--json").output
      let entries = try #require(try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [[String: Any]])
      #expect(entries.count > 100)
      for entry in entries {
        let code = try #require(entry["code"] as? String)
        #expect(list.contains("\n  \(code)  "))
        for key in ["topic", "summary", "causes", "remedy", "example"] { #expect(entry[key] is String, "\(code)") }
      }
      let one = try bench.sluice("explain", "run.parity", "--json").output
      let entry = try #require(try JSONSerialization.jsonObject(with: Data(one.utf8)) as? [String: Any])
      #expect(entry["exit"] as? Int == 5 && entry["topic"] as? String == "error")
    }

    @Test("an unknown code ends with 64 and the codes that are written alike")
    func unknown() throws {
      let near = try bench.sluice("explain", "load.refsued")
      #expect(near.status == Records.ExitStatus.usage.rawValue && near.output.isEmpty)
      #expect(near.errors.contains("did you mean load.refused"))
      let strange = try bench.sluice("explain", "\u{1B}[31m")
      #expect(strange.status == Records.ExitStatus.usage.rawValue)
      #expect(strange.errors.contains("`sluice explain` lists all codes") && !strange.errors.contains("\u{1B}"))
    }

    @Test("the code at the end of an error line is one that is explained")
    func errorLine() throws {
      let failures = [
        ["run", "nothing.yaml"], ["status", "none"], ["backup", "verify", "../x"], ["rejects", "list", "none"],
      ]
      for arguments in failures {
        let ended = try bench.start(arguments).wait()
        let last = try #require(ended.errors.split(separator: "\n").last)
        let code = try #require(last.firstMatch(of: /\[([a-z]+\.[A-Za-z]+)\]$/), "\(last)")
        let explained = try bench.sluice("explain", "\(code.1)")
        #expect(explained.status == 0 && explained.output.contains("status \(ended.status): "), "\(last)")
      }
    }

    @Test("the help of each command says once where codes are explained")
    func help() throws {
      for verb in [[], ["run"], ["verify"], ["backup"], ["rejects"], ["local"]] {
        let help = try bench.start(verb + ["--help"]).wait().output
        #expect(help.split(separator: "sluice explain CODE", omittingEmptySubsequences: false).count == 2, "\(verb)")
      }
    }
  }
}
