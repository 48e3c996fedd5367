import Engine
import Foundation
import PipelineSpec
import Postgres
import Records
import TestSupport

/// A database and a folder of its own for one test, with what is needed to load the one into the other.
final class Workbench {
  /// Holds the sources, `pipeline.yaml` and `runs/`; removed at the end.
  let folder: String
  let database: TestDatabase
  let connection: Connection

  init() throws {
    folder = "/tmp/sluice-run-\(UUID().uuidString.prefix(8))"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    database = try TestDatabase()
    connection = try database.connect()
    try connection.execute("SET TimeZone = 'UTC'")
  }

  deinit {
    connection.close()
    try? FileManager.default.removeItem(atPath: folder)
  }

  func path(_ name: String) -> String { "\(folder)/\(name)" }

  func write(_ text: String, to name: String = "things.json") throws { try write(Array(text.utf8), to: name) }

  func write(_ bytes: [UInt8], to name: String) throws { try Data(bytes).write(to: URL(filePath: path(name))) }

  func read(_ name: String) throws -> [UInt8] { [UInt8](try Data(contentsOf: URL(filePath: path(name)))) }

  func text(_ name: String) throws -> String { String(decoding: try read(name), as: UTF8.self) }

  func exists(_ name: String) -> Bool { FileManager.default.fileExists(atPath: path(name)) }

  // MARK: - The database

  func sql(_ text: String) throws { try connection.executeScript(SQL(unsafe: text)) }

  func rows(_ query: String) throws -> [[String?]] { try connection.query(SQL(unsafe: query)).rows }

  func scalar(_ query: String) throws -> String? { try connection.query(SQL(unsafe: query)).scalar }

  func count(_ table: String = "things") throws -> Int {
    try scalar("SELECT count(*) FROM \(table)").flatMap { Int($0) } ?? -1
  }

  // MARK: - Runs

  /// What a process would have in its environment.
  var environment: [String: String] {
    let settings = database.settings
    return [
      "PGHOST": settings.host ?? "", "PGPORT": settings.port ?? "", "PGUSER": settings.user ?? "",
      "PGDATABASE": settings.database ?? "",
    ]
  }

  var options: RunOptions {
    var options = RunOptions()
    options.runFolder = path("runs")
    options.environment = environment
    return options
  }

  func run(_ pipeline: String, _ change: (inout RunOptions) -> Void = { _ in }) async throws -> Report {
    var options = options
    change(&options)
    return await Run(try load(pipeline), options: options).execute()
  }

  func verify(_ pipeline: String, _ change: (inout RunOptions) -> Void = { _ in }) async throws -> Report {
    var options = options
    change(&options)
    return await VerifyRun(try load(pipeline), options: options).execute()
  }

  func load(_ pipeline: String) throws -> Pipeline {
    try write(pipeline, to: "pipeline.yaml")
    return try Pipeline.load(file: path("pipeline.yaml"), environment: [:])
  }

  // MARK: - Files of a run

  /// The lines of a run's reject file.
  func rejects(of report: Report) throws -> [Reject] {
    let lines = try text("runs/\(report.run)/rejects/things.ndjson").split(separator: "\n")
    return try lines.map { try JSONDecoder().decode(Reject.self, from: Data($0.utf8)) }
  }
}

/// A line of `rejects/things.ndjson`.
struct Reject: Decodable, Equatable {
  var ordinal: Int64
  var offset: Int64
  var bytes: Int64
  var line: Int64?
  var pointer: String
  var stage: String
  var rule: String
  var reason: String
  var raw: String?
}
