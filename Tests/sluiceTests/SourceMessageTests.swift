import Foundation
import Records
import TestSupport
import Testing

extension CommandLineTests {
  /// What a user reads of a source that is not as the pipeline says.
  @Suite("Messages about a source") struct SourceMessages {
    private let bench: Workbench

    init() throws { bench = try Workbench() }

    private func run(_ bytes: [UInt8], from: String = "{ file: things.json }", _ more: String...) throws
      -> Program.Ended
    {
      try bench.write(bytes, to: "things.json")
      try bench.write(yaml(["id int4"], from: from, into: created), to: "p.yaml")
      return try bench.start(["run", "p.yaml"] + more).wait()
    }

    private func expect(
      _ ended: Program.Ended, _ message: String, code: String, location: SourceLocation = #_sourceLocation
    ) {
      let lines = (ended.output + ended.errors).replacing(bench.folder + "/", with: "").split(separator: "\n")
      let errors = lines.filter { $0.hasPrefix("error: ") }
      #expect(ended.status == Records.ExitStatus.source.rawValue, sourceLocation: location)
      #expect(errors == ["error: \(message) [\(code)]"], sourceLocation: location)
    }

    @Test("name what stands there, where, and the line that mends it")
    func tokens() throws {
      expect(
        try run(Array("[{\"id\":1},\n {\"id\":NaN}]".utf8)),
        "things.json, byte 18 (line 2, column 8): here is NaN, which JSON does not have (write null, or the word in double "
          + "quotes, which float columns take)", code: "source.malformed")
      expect(
        try run(Array("{\"id\":1},\n{\"id\":2}\n".utf8)),
        "things.json, byte 8 (line 1, column 9): here is a comma between records, as in a piece of an array (take the "
          + "commas out: sed 's/,[[:space:]]*$//' things.json > good.json)", code: "source.malformed")
      expect(
        try run(Array("[[[[1]]]]".utf8), "--max-depth", "2"),
        "things.json, byte 3 (line 1, column 4): nested deeper than the limit of 2 (--max-depth allows more, up to 8192)",
        code: "source.malformed")
    }

    @Test("name the pointer's end")
    func pointer() throws {
      let text = Array(#"{"data":{"rows":{"a":1,"b":2}}}"#.utf8)
      expect(
        try run(text, from: "{ file: things.json, at: /data/rows }"),
        "things.json, byte 0 (line 1, column 1): /data/rows is an object of 2 keys, not an array (set `at` to the JSON "
          + "Pointer of the array of records)", code: "source.pointer")
      expect(
        try run(text, from: "{ file: things.json, at: /data/row }"),
        "things.json, byte 0 (line 1, column 1): there is no /data/row; /data is an object of 1 key: rows (set `at` to "
          + "the JSON Pointer of the array of records)", code: "source.pointer")
    }

    @Test("name an archive as what it is, and the command that unpacks it works")
    func archive() throws {
      try bench.write("[{\"id\":7}]", to: "things.json")
      try call("tar", "-cf", "a.tar", "things.json", in: bench.folder)
      let tar = try bench.read("a.tar")
      try FileManager.default.removeItem(atPath: bench.path("things.json"))
      expect(
        try run(tar), "things.json: this is a tar archive (unpack it: tar -xf things.json)", code: "source.packed")
      let utf16 = Array("[1]".utf8).flatMap { byte -> [UInt8] in [byte, 0] }
      expect(
        try run([0xFF, 0xFE] + utf16),
        "things.json: the text is UTF-16LE, not UTF-8 (convert it: iconv -f UTF-16LE -t UTF-8 things.json > utf8.json)",
        code: "source.encoding")
    }

    @Test("call - standard input")
    func standardInput() throws {
      try bench.write("[1,]", to: "things.json")
      try bench.write(yaml(["id int4"], from: "{ file: \"-\" }", into: created), to: "p.yaml")
      let input = try FileHandle(forReadingFrom: URL(filePath: bench.path("things.json")))
      let ended = try bench.start(["run", "p.yaml"], input: input).wait()
      expect(
        ended, "standard input, byte 3 (line 1, column 4): here is a comma too many (take the comma out)",
        code: "source.malformed")
    }

    @Test("give malformed lines of NDJSON by place and reason, and byte for byte, also where they are not UTF-8")
    func rejects() throws {
      let bad: [UInt8] = Array("{\"id\":".utf8) + [0xFF, 0x00, 0xC3]
      let from = "{ file: things.json, format: ndjson }"
      let ended = try run(
        Array("{\"id\":1}\n".utf8) + bad + Array("\r\n{\"id\":None}\n{\"id\":4}\n".utf8), from: from, "--on-error",
        "reject")
      #expect(ended.status == Records.ExitStatus.rejects.rawValue, "\(ended.output)")
      #expect(try bench.rows("SELECT id FROM things ORDER BY id") == [["1"], ["4"]])
      let run = try bench.onlyRun()
      let list = try bench.sluice("rejects", "list", run)
      #expect(list.output == "things: 2 set aside\n  extract    malformed  2\n")
      let shown = try bench.sluice("rejects", "show", run)
      let lines = shown.output.split(separator: "\n")
      #expect(
        lines.first { $0.contains("$ordinal 1") }
          == "things: $ordinal 1, line 2, byte 9: extract: the line is not a JSON value: not valid UTF-8 (byte 6 of the record) [malformed]"
      )
      #expect(
        lines.first { $0.contains("$ordinal 2") }
          == "things: $ordinal 2, line 3, byte 20: extract: the line is not a JSON value: here is None, as Python writes null (byte 6 of the record) [malformed]"
      )
      let output = bench.path("raw")
      _ = FileManager.default.createFile(atPath: output, contents: nil)
      let handle = try FileHandle(forWritingTo: URL(filePath: output))
      #expect(try bench.start(["rejects", "show", run, "--raw"], output: handle).wait().status == 0)
      #expect(try bench.read("raw") == bad + Array("\n{\"id\":None}\n".utf8))
      #expect(try bench.sluice("explain", "malformed").status == 0)
    }
  }
}
