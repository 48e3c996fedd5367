import PipelineSpec
import Platform
import Records
import Testing

@Suite struct `Loading` {
  /// A new directory, deleted when the body returns.
  func inDirectory(_ body: (String) throws -> Void) throws {
    var template = Array("/tmp/sluice-spec-XXXXXX".utf8CString)
    let directory = String(cString: try #require(mkdtemp(&template)))
    defer {
      for name in ["p.yaml", "pipe"] { unlink("\(directory)/\(name)") }
      rmdir(directory)
    }
    try body(directory)
  }

  func write(_ text: String, to file: String) throws {
    let stream = try #require(fopen(file, "w"))
    fputs(text, stream)
    fclose(stream)
  }

  @Test func `a file gives absolute paths`() throws {
    try inDirectory { directory in
      try write("source: { directory: data }\n" + pipeline(), to: "\(directory)/p.yaml")
      let pipeline = try Pipeline.load(file: "\(directory)/./p.yaml", environment: [:])
      #expect(pipeline.file == "\(directory)/p.yaml")
      #expect(pipeline.sourceDirectory == "\(directory)/data")
      #expect(pipeline.datasets[0].source.file == "\(directory)/data/a.json")
    }
  }

  @Test func `a relative name looks from the working directory`() throws {
    let pipeline = try Pipeline.parse(text: Array(pipeline().utf8), file: "some/p.yaml", environment: [:])
    let here = try #require(getcwd(nil, 0))
    defer { free(here) }
    #expect(pipeline.file == String(cString: here) + "/some/p.yaml")
  }

  @Test func `what is no readable file is an error, and never waits`() throws {
    try inDirectory { directory in
      #expect(mkfifo("\(directory)/pipe", 0o600) == 0)
      for (name, reason) in [
        ("nothing", "No such file or directory"), ("pipe", "it is no regular file"), (".", "it is no regular file"),
        ("a\0b", "its name holds a NUL"),
      ] {
        let error = #expect(throws: PipelineError.self) {
          try Pipeline.load(file: "\(directory)/\(name)", environment: [:])
        }
        #expect(error?.code == "pipeline.unreadable")
        #expect(error?.exitStatus == .pipeline)
        #expect(error?.message == "cannot read the pipeline file: \(reason)")
      }
    }
  }

  @Test func `a file of any size is refused at once`() throws {
    try inDirectory { directory in
      let file = "\(directory)/p.yaml"
      try write("", to: file)
      #expect(truncate(file, 1 << 40) == 0)
      let error = #expect(throws: PipelineError.self) { try Pipeline.load(file: file, environment: [:]) }
      #expect(
        error?.message == "the file has more than 1048576 bytes, the limit of a pipeline file: it looks like data")
    }
  }

  @Test func `an error prints a line a problem`() {
    let error = #expect(throws: PipelineError.self) {
      try Pipeline.parse(text: Array("a: 1\nb: 2\npipeline: p".utf8), file: "dir/\u{1b}p.yaml", environment: [:])
    }
    #expect(
      error?.description == """
        dir/\\u{1b}p.yaml:1:1: `datasets` must list at least one dataset
        dir/\\u{1b}p.yaml:1:1: unknown key `a` in the pipeline
        dir/\\u{1b}p.yaml:2:1: unknown key `b` in the pipeline
        """)
    #expect(error?.code == "pipeline.invalid")
    #expect(error?.exitStatus == .pipeline)
    #expect(error?.place == "dir/\\u{1b}p.yaml:1:1")
    #expect(error?.message == "`datasets` must list at least one dataset, and 2 more")
  }

  @Test func `an error with very many problems keeps all and prints a hundred`() {
    let text = (0..<500).map { "k\($0): 1\n" }.joined() + pipeline()
    let error = #expect(throws: PipelineError.self) {
      try Pipeline.parse(text: Array(text.utf8), file: "p.yaml", environment: [:])
    }
    #expect(error?.problems.count == 500)
    #expect(error?.description.split(separator: "\n").count == 101)
    #expect(error?.description.hasSuffix("p.yaml: 400 more problems") == true)
  }
}
