import Extract
import Foundation
import Records
import Testing

@testable import Engine

@Suite("The settings of a run") struct RunSettingsTests {
  /// A `run.json` as the builds before 0.1.0 wrote it.
  private static let earlier = """
    {
      "allowUnlogged" : true,
      "backup" : false,
      "database" : "app",
      "datasets" : [
        {
          "at" : "/items", "columns" : { "id" : "int8" }, "dataset" : "events", "format" : "array", "mode" : "sync",
          "source" : {
            "device" : 2049, "inode" : 17, "isRegular" : true, "modifiedNanoseconds" : 5, "modifiedSeconds" : 1795000000,
            "path" : "/data/events.json", "size" : 1024
          },
          "table" : "public.events"
        }
      ],
      "file" : "/pipelines/events.yaml",
      "instant" : "2026-11-23T05:12:00.123456Z",
      "jobs" : 4,
      "keepStages" : false,
      "limits" : { "chunkBytes" : 1, "depth" : 64, "recordBytes" : 1048576, "sliceBytes" : 65536 },
      "maxDelete" : "7.5%",
      "maxErrors" : "100",
      "onError" : "reject",
      "pipeline" : "events",
      "replays" : { "kept" : 3, "run" : "first" },
      "run" : "20261123T051200Z-3fa9c1",
      "server" : "app@localhost:5432/app",
      "verify" : false
    }
    """

  private func read(_ text: String) throws -> RunFile {
    try JSONDecoder().decode(RunFile.self, from: Data(text.utf8))
  }

  @Test("are read from what an earlier build wrote, which had no word for what is the default")
  func earlier() throws {
    let file = try read(Self.earlier)
    var expected = RunSettings()
    expected.jobs = 4
    expected.onError = .reject
    expected.maxErrors = .count(100)
    expected.maxDelete = .percent(7.5)
    expected.allowsUnlogged = true
    expected.backsUp = false
    expected.verifies = false
    expected.replays = ReplayOrigin(run: "first", kept: 3)
    expected.recordBytes = 1 << 20
    expected.depth = 64
    expected.sliceBytes = 64 << 10
    #expect(file.settings == expected)
    #expect(file.isPlausible && file.system == nil && file.datasets[0].source != nil)
    #expect(file.options.runID == "20261123T051200Z-3fa9c1" && file.options.datasets == ["events"])
    let staged = Self.earlier.replacing(
      #""file" :"#, with: #""from" : "load", "input" : "-", "allowPublished" : true, "file" :"#)
    let settings = try read(staged).settings
    #expect(settings.first == .load && settings.input == "-" && settings.allowsPublished)
  }

  @Test("come back from the file that they are written to, each of them")
  func kept() throws {
    var settings = RunSettings()
    settings.jobs = 3
    settings.onError = .reject
    settings.maxErrors = .percent(0.5)
    settings.maxDelete = .count(9)
    settings.allowsUnlogged = true
    settings.allowsPublished = true
    settings.backsUp = false
    settings.verifies = false
    settings.keepsStages = true
    settings.first = .load
    settings.input = "rows.zst"
    settings.replays = ReplayOrigin(run: "first", kept: 1)
    settings.sliceBytes = 4096
    for (changed, plain) in zip(Mirror(reflecting: settings).children, Mirror(reflecting: RunSettings()).children) {
      #expect("\(changed.value)" != "\(plain.value)", "\(changed.label ?? "") is not changed here")
    }
    var file = try read(Self.earlier)
    file.settings = settings
    #expect(try read(file.json).settings == settings)
  }

  @Test(
    "are refused where no run can have been asked for them",
    arguments: [
      (#""jobs" : 4"#, #""jobs" : 65"#), (#""kept" : 3"#, #""kept" : -1"#),
      (#""maxErrors" : "100""#, #""maxErrors" : "101%""#),
    ])
  func refused(_ written: String, _ damaged: String) throws {
    let text = Self.earlier.replacing(written, with: damaged)
    try #require(text != Self.earlier)
    #expect((try? read(text))?.isPlausible != true)
  }

  @Test("name the flag of a number that no run takes")
  func problem() {
    var settings = RunSettings()
    #expect(settings.problem == nil)
    settings.jobs = 0
    #expect(settings.problem == "--jobs must be 1 to 64")
  }
}
