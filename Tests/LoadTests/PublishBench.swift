import Load
import PipelineSpec
import Postgres
import Records
import TestSupport
import Testing

/// Every test of this module that needs a server lies in here: one goes on at a time.
@Suite("Load, on a server", .serialized) enum OnServer {}

/// A database with a ledger, and what it takes to publish rows without a source.
final class PublishBench {
  let database: TestDatabase
  /// As a run has it: with its output pinned.
  let connection: Connection
  /// As a user has it.
  private let user: Connection
  private var runs = 0

  init() throws {
    database = try TestDatabase()
    connection = try database.connect()
    user = try database.connect()
    try connection.pinOutput()
    try Ledger.create(connection)
  }

  deinit {
    connection.close()
    user.close()
  }

  /// Does something as a role of this database's own that is no superuser, in a transaction that is rolled back: role and
  /// rights go with it. `:role` stands for its name in `setup`, which a superuser does.
  func asRole<T>(_ setup: String = "", _ body: (String) throws -> T) throws -> T {
    let role = "role_\(database.name)"
    try connection.begin()
    defer { connection.rollback() }
    try connection.executeScript(
      SQL(unsafe: "CREATE ROLE \(role); \(setup.replacing(":role", with: role)); SET LOCAL ROLE \(role)"))
    return try body(role)
  }

  func sql(_ text: String) throws { try user.executeScript(SQL(unsafe: text)) }
  func rows(_ text: String) throws -> [[String?]] { try user.query(SQL(unsafe: text)).rows }
  func scalar(_ text: String) throws -> String? { try user.query(SQL(unsafe: text)).scalar }

  func describe(_ table: String, schema: String = "public") throws -> TableDescription {
    try #require(try connection.describe(try QualifiedTable(schema: schema, table: table)))
  }

  /// The table of a dataset `things` with these columns, each `name type`.
  func spec(
    _ columns: [String], key: [String], mode: Destination.Mode = .upsert, repeated: Destination.Repeated = .error,
    table: String = "things", schema: String = "public"
  ) -> TableSpec {
    var destination = Destination(schema: schema, table: table, mode: mode, key: key)
    destination.repeated = repeated
    return TableSpec(
      dataset: "things", destination: destination,
      columns: columns.map { text in
        let words = text.split(separator: " ", maxSplits: 1).map(String.init)
        return Column(name: words[0], type: ColumnType(words[1]), source: .value)
      })
  }

  /// Writes a run's row and makes its staging table, as one does before the first slice.
  /// - Returns: the run's id.
  func begin(_ spec: TableSpec, _ description: TableDescription) throws -> String {
    runs += 1
    let run = "run-\(runs)"
    try connection.transaction {
      try Ledger.begin(
        Ledger.RunRow(
          run: run, dataset: spec.dataset, pipeline: "test", target: description.table.description,
          mode: spec.destination.mode.rawValue, plan: "", instant: "2026-01-01T00:00:00Z", sliceBytes: 8),
        on: connection)
      try StagingTable(run: run, of: spec).create(for: spec, run: run, like: description, on: connection)
    }
    return run
  }

  /// A batch of rows (id, note), whose ordinals count from `first`.
  func batch(_ rows: [(Int32, String?)], first: Int64 = 0) -> RowBatch {
    var batch = RowBatch(slice: 0, closesSlice: true, source: nil, capacity: 64)
    for (i, row) in rows.enumerated() {
      batch.own.bytes.append(bigEndian: Int16(2))
      batch.own.bytes.append(bigEndian: Int32(4))
      batch.own.bytes.append(bigEndian: row.0)
      if let note = row.1 {
        batch.own.bytes.append(bigEndian: Int32(note.utf8.count))
        for byte in note.utf8 { batch.own.bytes.append(byte) }
      } else {
        batch.own.bytes.append(bigEndian: Int32(-1))
      }
      batch.own.rows.append(Row(end: batch.own.bytes.count))
      batch.endRecord(at: SourcePosition(ordinal: first + Int64(i), offset: Int64(i), length: 1))
    }
    batch.read = rows.count
    return batch
  }

  struct Published: Equatable {
    var counts: PublishCounts
    /// What gave way, what was deleted, and what the table has afterwards, as COPY prints them.
    var superseded: [String] = []
    var deleted: [String] = []
    var rows: [String] = []
  }

  /// Stages the rows of a VALUES list and publishes them.
  func publish(
    _ spec: TableSpec, _ values: String, limit: DeleteLimit = .unlimited, before: () throws -> Void = {}
  ) throws -> Published {
    let description = try describe(spec.destination.table, schema: spec.destination.schema)
    let run = try begin(spec, description)
    let staging = try StagingTable(run: run, of: spec).table
    if !values.isEmpty { try sql("INSERT INTO \(staging.quoted) \(values)") }
    try before()
    return try publish(run, spec, description, limit: limit)
  }

  func publish(
    _ run: String, _ spec: TableSpec, _ description: TableDescription, limit: DeleteLimit = .unlimited
  ) throws -> Published {
    try connection.transaction {
      let publication = try Publication(run: run, of: spec, target: description, on: connection)
      if let counts = try publication.enter() { return Published(counts: counts) }
      var published = Published(counts: PublishCounts())
      let repeated = try publication.supersede { published.superseded.append(line($0)) }
      let plan = try publication.plan()
      try publication.admit(plan, limit: limit)
      try connection.copyOut(publication.deletedRows) { published.deleted.append(line($0)) }
      published.counts = try publication.apply(plan, repeated: repeated)
      try connection.copyOut(publication.publishedRows()) { published.rows.append(line($0)) }
      try publication.finish(published.counts)
      for list in [\Published.superseded, \.deleted, \.rows] { published[keyPath: list].sort() }
      return published
    }
  }
}

private func line(_ bytes: UnsafeRawBufferPointer) -> String {
  String(decoding: bytes.dropLast(), as: UTF8.self).replacing("\t", with: "|")
}

@discardableResult
func expectError<T>(
  _ kind: LoadError.Kind, _ body: () throws -> T, location: SourceLocation = #_sourceLocation
) -> LoadError? {
  do {
    _ = try body()
    Issue.record("nothing was thrown", sourceLocation: location)
  } catch let error as LoadError {
    #expect(error.kind == kind, "\(error)", sourceLocation: location)
    return error
  } catch {
    Issue.record("\(error)", sourceLocation: location)
  }
  return nil
}
