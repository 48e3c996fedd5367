import Archive
import Engine
import Foundation
import LocalPostgres
import PipelineSpec
import Records
import Reports
import SampleData

/// What the program wrote of made-up events: sources, and the folder of a run with backup, manifest, stage files, rejects
/// and reports. Changed inputs begin as these.
public struct Corpus: Sendable {
  let folder: String

  static let run = "corpus"

  var runs: String { "\(folder)/runs" }
  var runFolder: String { "\(runs)/\(Self.run)" }

  init(in folder: String) { self.folder = folder }

  func bytes(_ name: String) throws -> [UInt8] { [UInt8](try Data(contentsOf: URL(filePath: "\(folder)/\(name)"))) }

  func text(_ name: String) throws -> String { String(decoding: try bytes(name), as: UTF8.self) }

  /// The pipeline that the run was made with.
  func pipeline() throws -> Pipeline { try Pipeline.load(file: "\(folder)/pipeline.yaml", environment: [:]) }

  /// Makes all of it, with an embedded server that is stopped again; what is there already is used again.
  public static func make(in folder: String) async throws -> Corpus {
    let corpus = Corpus(in: folder)
    // The checksums are what a run writes last.
    if FileManager.default.fileExists(atPath: "\(corpus.runFolder)/\(RunLayout.checksums)") { return corpus }
    try FileManager.default.createDirectory(
      atPath: "\(folder)/include", withIntermediateDirectories: true, attributes: [.posixPermissions: 0o755])
    for form in SampleEvents.Form.allCases {
      let bytes = SampleEvents(count: 12, form: form, isPretty: form == .wrapped).bytes()
      try Data(bytes).write(to: URL(filePath: "\(folder)/\(form.rawValue).json"))
    }
    try Data(pipelineText.utf8).write(to: URL(filePath: "\(folder)/pipeline.yaml"))
    try Data("a file beside\n".utf8).write(to: URL(filePath: "\(folder)/include/note.txt"))
    try corpus.packWithGzip()
    try await corpus.load()
    return corpus
  }

  private func packWithGzip() throws {
    let gzip = Foundation.Process()
    gzip.executableURL = URL(filePath: "/usr/bin/env")
    gzip.arguments = ["gzip", "-9", "-k", "-n", "\(folder)/array.json"]
    try gzip.run()
    gzip.waitUntilExit()
    guard gzip.terminationStatus == 0 else { throw FuzzError("gzip ended with status \(gzip.terminationStatus)") }
  }

  private func load() async throws {
    var options = RunOptions()
    options.runFolder = runs
    options.runID = Self.run
    options.onError = .reject
    options.sliceBytes = 4096
    options.keepsStages = true
    options.environment = ["XDG_STATE_HOME": "\(folder)/state"]
    let report = await Run(try pipeline(), options: options).execute()
    try? LocalServer(stateFolder: "\(folder)/state/sluice").stop()
    if let error = report.error { throw FuzzError("the corpus cannot be made: \(error.message)") }
  }

  private static let pipelineText = """
    pipeline: events
    backup: { include: [include] }
    datasets:
      - dataset: events
        from: { file: array.json }
        into: { table: events, mode: replace, create: true, key: id }
        columns:
          - { column: id,       type: text,        at: /id, required: true }
          - { column: place,    type: int8,        at: $ordinal }
          - { column: seen,     type: timestamptz, at: $now }
          - { column: user_id,  type: text,        at: /user, trim: true }
          - { column: ts,       type: timestamptz, at: /ts }
          - { column: day,      type: date,        at: /day }
          - { column: signed,   type: bool,        at: /authenticated, coerce: lenient }
          - { column: status,   type: int4,        at: /status, coerce: lenient }
          - { column: duration, type: numeric,     at: /duration }
          - { column: seconds,  type: float8,      at: /duration }
          - { column: data,     type: jsonb,       at: "" }
        rules:
          - { rule: range, of: status, min: 100, max: 299 }
          - { rule: range, of: duration, min: 10, severity: warning }
          - { rule: length, of: user_id, min: 2, max: 20 }
          - { rule: type, of: data/props, is: object, severity: warning }

    """
}

/// The harness itself cannot go on: no verdict about the program.
public struct FuzzError: Error, CustomStringConvertible {
  public var description: String

  init(_ description: String) { self.description = description }
}
