import Foundation
import Postgres
import Records
import TestSupport
import Testing

extension CommandLineTests {
  @Suite("run and verify") struct RunCommand {
    private let bench: Workbench

    init() throws { bench = try Workbench() }

    private let pipeline = yaml(
      ["id int4", "name text"], into: "{ table: things, mode: replace, create: true, key: id }",
      rules: ["rule: length, of: name, max: 3, severity: warning"], filters: ["rule: range, of: id, max: 90"])

    private let source = #"[{"id": 1, "name": "one"}, {"id": 2, "name": "zwei"}, {"id": 99, "name": null}]"#

    private func prepare(_ pipeline: String? = nil, _ source: String? = nil) throws {
      try bench.write(pipeline ?? self.pipeline, to: "p.yaml")
      try bench.write(source ?? self.source)
    }

    @Test("print what a person wants to know, and nothing else")
    func summary() throws {
      try prepare()
      let run = try bench.sluice("run", "p.yaml")
      #expect(run.status == 0)
      #expect(run.errors.isEmpty)
      #expect(
        run.output.normalised.replacing(/target: .*/, with: "target: DATABASE") == """
          verified: test, run RUN, TIME
            things → public.things: read 3, loaded 2, filtered 1, warnings 1; 79 bytes in TIME
              analyzed
              verified: 2 rows equal, digest DIGEST
              warning: $ordinal 1, name: name has a length that is not at most 3 [length]
          target: DATABASE
          files:  runs/RUN/ (report.json, SHA256SUMS)

          """)
      try bench.sql("UPDATE things SET name = E'tw\u{7}o' WHERE id = 2; DELETE FROM things WHERE id = 1")
      let verify = try bench.sluice("verify", "p.yaml")
      #expect(verify.status == Records.ExitStatus.integrity.rawValue)
      #expect(verify.output.contains("    DIFFERENT: 1 missing, 0 extra, 1 changed\n"))
      #expect(verify.output.contains("\n    missing id=1\n"))
      #expect(verify.output.contains("\n    changed id=2: name: zwei → tw\\u{7}o\n"), "control characters are shown")
    }

    @Test("warn of places that no record has and of keys that no column takes, and end with 0")
    func sourceWarnings() throws {
      try prepare(
        yaml(["id int4", "name text, at: /nmae"], into: created),
        #"[{"id": 1, "name": "a", "b\n": 1, "c": 1, "d": 1}, {"id": 2, "name": "b"}]"#)
      for arguments in [["run", "p.yaml", "--dry-run"], ["run", "p.yaml"], ["verify", "p.yaml"]] {
        let ended = try bench.start(arguments).wait()
        #expect(ended.status == 0 && ended.errors.isEmpty)
        #expect(
          ended.output.contains(
            """
                warning: column name: /nmae was found in none of 2 records; did you mean /name?
                warning: no column takes /name (2 records), /b\\n (1 record), /c (1 record) and 1 more; name them in \
            columns, or set policies.extraKeys: ignore

            """), "\(ended.output)")
      }
    }

    @Test("stop with 4 before anything is loaded where nothing is found, and offer no resume")
    func nothingFound() throws {
      try prepare(yaml(["id int4"], into: created), #"{"items": [{"id": 1}]}"#)
      for arguments in [["run", "p.yaml", "--dry-run"], ["run", "p.yaml"]] {
        let ended = try bench.start(arguments).wait()
        #expect(ended.status == Records.ExitStatus.data.rawValue)
        #expect(!ended.output.contains("resume:"))
        #expect(
          (ended.output + ended.errors).contains(
            """
            error: dataset things: none of the columns was found in the first record; record 0 has the keys /items \
            (where the records lie in an array of the document, name it in from.at: /items; else correct `at` of the \
            columns; nothing was loaded) [run.nothingFound]

            """), "\(ended.output)")
      }
    }

    @Test("--verbose adds what the server said of the failure, which may quote a row")
    func detail() throws {
      try prepare()
      try bench.sql("CREATE TABLE things (id int4 CHECK (id < 2), name text)")
      let quiet = try bench.sluice("run", "p.yaml", "--progress", "none")
      #expect(quiet.status == Records.ExitStatus.data.rawValue && !(quiet.output + quiet.errors).contains("zwei"))
      let verbose = try bench.sluice("run", "p.yaml", "--progress", "none", "--verbose")
      #expect(verbose.errors.contains("DETAIL: Failing row contains (2, zwei).\n"))
      #expect(verbose.errors.contains("CONTEXT: COPY things, line 2"))
    }

    @Test("with --json print one document and nothing else, and end with the status in it")
    func json() throws {
      try prepare()
      for arguments in [["run", "p.yaml", "--json"], ["verify", "p.yaml", "--json"]] {
        let ended = try bench.start(arguments).wait()
        #expect(ended.status == 0 && ended.errors.isEmpty)
        let report = try #require(try JSONSerialization.jsonObject(with: Data(ended.output.utf8)) as? [String: Any])
        #expect(report["outcome"] as? String == "verified" && report["exit"] as? Int == 0)
      }
      try bench.sql("TRUNCATE things")
      let ended = try bench.sluice("verify", "p.yaml", "--json")
      #expect(ended.status == Records.ExitStatus.integrity.rawValue)
      let report = try #require(try JSONSerialization.jsonObject(with: Data(ended.output.utf8)) as? [String: Any])
      #expect(report["exit"] as? Int == 5 && (report["differences"] as? [Any])?.count == 2)
      #expect(ended.errors.hasPrefix("error: "))
    }

    @Test("with --quiet print nothing, and on failure the error alone")
    func quiet() throws {
      try prepare()
      let good = try bench.sluice("run", "p.yaml", "--quiet")
      #expect(good.status == 0 && good.output.isEmpty && good.errors.isEmpty)
      try bench.sql("TRUNCATE things")
      let bad = try bench.sluice("verify", "p.yaml", "--quiet")
      #expect(bad.status == Records.ExitStatus.integrity.rawValue && bad.output.isEmpty)
      #expect(bad.errors.split(separator: "\n").count == 1 && bad.errors.contains("[run.parity]"))
    }

    @Test("draw nothing and colour nothing where standard error is no terminal")
    func plain() throws {
      try prepare()
      for style in ["auto", "plain", "none", "json"] {
        let ended = try bench.sluice("run", "p.yaml", "--progress", style, "--verbose")
        #expect(ended.status == 0)
        let controls = (ended.output + ended.errors).unicodeScalars.filter { $0.value < 0x20 && $0 != "\n" }
        #expect(controls.isEmpty, "--progress \(style)")
      }
    }

    @Test("take standard input for -, and set aside what cannot be loaded")
    func standardInput() throws {
      try prepare(yaml(["id int4"], from: "{ file: \"-\" }", into: created))
      let records = "{\"id\": 1}\n{\"id\": \"x\"}\n{\"id\": 3}"
      try bench.write(records, to: "input")
      let input = try FileHandle(forReadingFrom: URL(filePath: bench.path("input")))
      let ended = try bench.start(["run", "p.yaml", "--on-error", "reject"], input: input).wait()
      #expect(ended.status == Records.ExitStatus.rejects.rawValue)
      #expect(ended.output.contains("read 3, loaded 2, rejected 1"))
      #expect(try bench.rows("SELECT id FROM things ORDER BY id") == [["1"], ["3"]])
      let run = try bench.onlyRun()
      let restored = try bench.sluice("backup", "restore", run, "--output", "-")
      #expect(restored.status == 0 && restored.output == records)
    }

    @Test("what differs from standard input is an error of integrity, though it cannot be read again")
    func standardInputDiffers() throws {
      try bench.sql(
        """
        CREATE TABLE things (id int4);
        CREATE FUNCTION double() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN NEW.id = NEW.id * 2; RETURN NEW; END';
        CREATE TRIGGER double BEFORE INSERT ON things FOR EACH ROW EXECUTE FUNCTION double();
        """)
      try prepare(yaml(["id int4"], from: "{ file: \"-\" }", into: "{ table: things, mode: replace, key: id }"))
      try bench.write("[{\"id\": 1}, {\"id\": 2}]", to: "input")
      let input = try FileHandle(forReadingFrom: URL(filePath: bench.path("input")))
      let ended = try bench.start(["run", "p.yaml"], input: input).wait()
      #expect(ended.status == Records.ExitStatus.integrity.rawValue, "\(ended.output)")
      #expect(ended.errors.hasSuffix("[run.parity]\n"), "\(ended.errors)")
      #expect(ended.output.contains("DIFFERENT: 1 missing, 1 extra, 0 changed"), "its backup is read instead")
      let bare = try FileHandle(forReadingFrom: URL(filePath: bench.path("input")))
      let unnamed = try bench.start(["run", "p.yaml", "--backup", "none"], input: bare).wait()
      #expect(unnamed.status == Records.ExitStatus.integrity.rawValue)
      #expect(unnamed.output.contains("DIFFERENT: which rows, is not known"), "\(unnamed.output)")
    }

    @Test("take a named pipe, open it once, and do not wait for it a second time")
    func namedPipe() throws {
      try bench.sql("CREATE TABLE things (id int4 CHECK (id <> 3))")
      try bench.write(
        yaml(["id int4"], from: "{ file: pipe }", into: "{ table: things, mode: replace, key: id }"), to: "p.yaml")
      try #require(mkfifo(bench.path("pipe"), 0o600) == 0)
      try bench.write("[" + (1...50_000).map { "{\"id\": \($0)}" }.joined(separator: ",") + "]")
      for arguments in [["run", "p.yaml"], ["run", "p.yaml", "--backup", "none"], ["verify", "p.yaml"]] {
        let writer = try Program("sh", ["-c", "cat things.json > pipe"], in: bench.folder)
        let ended = try bench.start(arguments + (arguments[0] == "run" ? ["--on-error", "reject"] : [])).wait()
        #expect(writer.wait().status == 0, "nobody opened the pipe and went away")
        #expect(ended.status == Records.ExitStatus.rejects.rawValue, "\(ended.output)")
        #expect(
          ended.output.contains("read 50,000, \(arguments[0] == "run" ? "loaded" : "compared") 49,999, rejected 1"),
          "\(ended.output)")
      }
      try bench.sql("UPDATE things SET id = 0 WHERE id = 1")
      let writer = try Program("sh", ["-c", "cat things.json > pipe"], in: bench.folder)
      let differs = try bench.sluice("verify", "p.yaml")
      #expect(writer.wait().status == 0)
      #expect(differs.status == Records.ExitStatus.integrity.rawValue)
      #expect(differs.errors.contains("which nobody can read again"), "\(differs.errors)")
    }

    @Test("say what is wrong with a pipeline, every place of it, and end with 78")
    func badPipeline() throws {
      try prepare(
        "pipeline: test\ndatasets:\n  - dataset: things\n    form: {}\n    into: { tabel: t }\n    columns: 5\n")
      let ended = try bench.sluice("run", "p.yaml")
      #expect(ended.status == Records.ExitStatus.pipeline.rawValue && ended.output.isEmpty)
      for place in ["p.yaml:4:5:", "p.yaml:5:13:", "p.yaml:6:"] {
        #expect(ended.errors.contains(place), "\(ended.errors)")
      }
      #expect(try bench.sluice("run", "none.yaml").status == Records.ExitStatus.pipeline.rawValue)
      #expect(!bench.exists("runs"))
      #expect(try bench.scalar("SELECT to_regnamespace('sluice')::text") == nil)
    }

    @Test("end with the status of what went wrong")
    func statuses() throws {
      try prepare(nil, #"[{"id": 1}, {"id": "x"}]"#)
      #expect(try bench.sluice("run", "p.yaml").status == Records.ExitStatus.data.rawValue)
      #expect(try bench.sluice("run", "p.yaml", "--max-errors", "0").status == Records.ExitStatus.data.rawValue)
      #expect(try bench.sluice("run", "p.yaml", "--max-errors", "50%").status == Records.ExitStatus.rejects.rawValue)
      #expect(try bench.sluice("run", "p.yaml", "--dry-run").status == Records.ExitStatus.data.rawValue)
      #expect(try bench.sluice("run", "p.yaml", "--dataset", "no").status == Records.ExitStatus.usage.rawValue)
      try bench.write("[{]")
      #expect(try bench.sluice("run", "p.yaml").status == Records.ExitStatus.source.rawValue)
      try bench.write("[]")
      try bench.sql("ALTER TABLE things DROP COLUMN name")
      #expect(try bench.sluice("run", "p.yaml").status == Records.ExitStatus.schema.rawValue)
    }

    @Test("never print a password, wherever it came from")
    func secret() throws {
      let canary = "canary-secret"
      try prepare(
        yaml(["id int4"], into: created, target: "postgresql://me:\(canary)@127.0.0.1:1/nowhere"))
      let url = try bench.sluice("run", "p.yaml", "--verbose")
      try prepare()
      let variable = try bench.sluice(
        "run", "p.yaml", "--verbose", environment: ["PGPASSWORD": canary, "PGPORT": "1", "PGHOST": "127.0.0.1"])
      try prepare(yaml(["id int4"], into: created, target: "postgresql://me:\(canary)@[::1/nowhere"))
      let malformed = try bench.sluice("run", "p.yaml", "--verbose", "--json")
      for ended in [url, variable] { #expect(ended.status == Records.ExitStatus.database.rawValue) }
      #expect(malformed.status == Records.ExitStatus.usage.rawValue)
      for ended in [url, variable, malformed] { #expect(!(ended.output + ended.errors).contains(canary)) }
      #expect(!bench.exists("runs"))
    }

    @Test("end with the status of storage where the limit on file sizes is met, and not by its signal")
    func fileSizeLimit() throws {
      try bench.write(yaml(["id int4", "text text"], into: created), to: "p.yaml")
      let records = (0..<20_000).map { #"{"id": \#($0), "text": "\#(UInt64.random(in: 0 ... .max))"}"# }
      try bench.write("[" + records.joined(separator: ",") + "]")
      let call = ["-c", "ulimit -f 64; exec \"$0\" run p.yaml", Workbench.sluice]
      let ended = try Program("sh", call, in: bench.folder, environment: bench.sluiceEnvironment).wait()
      #expect(!ended.wasKilled)
      #expect(ended.status == Records.ExitStatus.storage.rawValue, "\(ended.output)")
      #expect(ended.errors.contains("ulimit -f") && ended.errors.contains("[archive.write]"), "\(ended.errors)")
      #expect(try bench.count("sluice.slices") == 0)
    }

    @Test("go on when nobody reads their output any more")
    func closedOutput() throws {
      try prepare()
      let pipe = Pipe()
      try pipe.fileHandleForReading.close()
      let ended = try bench.start(["run", "p.yaml", "--json"], output: pipe.fileHandleForWriting).wait()
      #expect(!ended.wasKilled)
      #expect(ended.status == 0)
      #expect(try bench.count() == 2)
    }
  }
}
