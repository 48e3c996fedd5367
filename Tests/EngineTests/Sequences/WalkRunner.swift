import Engine
import PipelineSpec
import Postgres
import Records
import Reports
import TestSupport
import Testing

/// Gives the commands of one walk over a table of its own, and compares what comes of each with the model.
struct WalkRunner {
  static let recordBytes = 1024

  let walk: Walk
  let table: String
  /// Has the sources, the pipelines and the runs.
  let folder: String
  let environment: [String: String]
  /// For the table, while no command is at work.
  let connection: Connection

  func run() async throws {
    try execute("CREATE TABLE \(table) (id int4, note text\(walk.hasKey ? ", PRIMARY KEY (id)" : ""))")
    let pipelines = try walk.pipelines.map { try load($0) }
    var model = TableModel(hasKey: walk.hasKey)
    for (number, command) in walk.commands.enumerated() {
      let (pipeline, described) = (pipelines[command.pipeline], walk.pipelines[command.pipeline])
      let before = model
      let found: Report?
      let expected: Records.ExitStatus
      switch command.verb {
      case .run(let fault):
        let id = "\(table)-\(number)"
        found = try await run(pipeline, id: id, fault, described)
        expected = model.run(described, id: id, fault)
      case .resume:
        let id = model.resumable(described)
        found = try await resume(id ?? "none")
        expected = model.resume(id)
      case .replay:
        let id = model.replayable(described)
        found = await replay(id ?? "none")
        expected = model.replay(id)
      }
      let label: Testing.Comment = "\(walk.describe(number + 1)): \(found?.error as Any)"
      try #require((found?.exit ?? Records.ExitStatus.resume.rawValue) == expected.rawValue, label)
      try #require(try rows() == model.rows, label)
      if model == before { continue }
      for (pipeline, described) in zip(pipelines, walk.pipelines) {
        let report = await Engine.Run(pipeline, options: options).verify()
        try #require(
          verdict(report) == model.verify(described), "\(walk.describe(number + 1)), verify \(described.name)")
      }
    }
  }

  private func verdict(_ report: Report) -> TableModel.Verdict? {
    switch report.error?.code {
    case nil: report.outcome == .verified ? .verified : nil
    case "run.parity": .different
    case "run.unverifiable": .unverifiable
    default: nil
    }
  }

  // MARK: - Commands

  private var options: RunOptions {
    var options = RunOptions()
    options.runFolder = "\(folder)/runs"
    options.environment = environment
    options.retryFor = .zero
    options.jobs = 1
    options.sliceBytes = Int64(Self.recordBytes * TableModel.Pipeline.recordsPerSlice)
    options.isConfirmed = true
    options.backsUp = false
    return options
  }

  private func run(
    _ pipeline: Pipeline, id: String, _ fault: TableModel.Fault, _ described: TableModel.Pipeline
  ) async throws -> Report {
    var options = options
    options.runID = id
    options.onError = fault == .constraint ? .reject : .stop
    switch fault {
    case .none: break
    case .constraint:
      try execute("ALTER TABLE \(table) ADD CONSTRAINT gate CHECK (id <> \(described.refused)) NOT VALID")
    case .trigger:
      try execute(
        """
        CREATE TRIGGER gate BEFORE INSERT OR UPDATE ON \(table) FOR EACH ROW WHEN (NEW.id = \(described.wounded))
          EXECUTE FUNCTION refuse()
        """)
    }
    let report = await Engine.Run(pipeline, options: options).execute()
    switch fault {
    case .none: break
    case .constraint: try execute("ALTER TABLE \(table) DROP CONSTRAINT gate")
    case .trigger: try execute("DROP TRIGGER gate ON \(table)")
    }
    return report
  }

  private func resume(_ id: String) async throws -> Report? {
    let own = options
    do {
      let resumption = try Engine.Run.resuming(id, in: own.runFolder) { options in
        options.environment = own.environment
        options.retryFor = own.retryFor
        options.isConfirmed = own.isConfirmed
      }
      switch resumption {
      case .run(let run): return await run.execute()
      case .finished(let report): return report
      }
    } catch is RunStateError {
      return nil
    }
  }

  private func replay(_ id: String) async -> Report {
    let own = options
    return await Replay(id, in: own.runFolder) { options in
      options.environment = own.environment
      options.retryFor = own.retryFor
      options.jobs = own.jobs
    }.execute()
  }

  // MARK: - What there is

  private func execute(_ text: String) throws { try connection.executeScript(SQL(unsafe: text)) }

  private func rows() throws -> [TableModel.Row] {
    try connection.query(SQL(unsafe: "SELECT id, note FROM \(table) ORDER BY id, note")).rows.map { cells in
      TableModel.Row(id: cells[0].flatMap { Int($0) } ?? -1, note: cells[1] ?? "")
    }
  }

  private func load(_ described: TableModel.Pipeline) throws -> Pipeline {
    let key = described.isStaged ? ", key: id" : ""
    let text = yaml(
      ["id int4", "note text"], from: "{ file: \(described.name).json, format: ndjson }",
      into: "{ table: \(table), mode: \(described.mode.rawValue)\(key), analyze: false }"
    ).replacing("pipeline: test", with: "pipeline: \(described.name)")
    let file = "\(folder)/\(table)-\(described.name).yaml"
    try Workbench.write(Array(text.utf8), toFile: file)
    return try Pipeline.load(file: file, environment: [:])
  }
}
