import Engine
import Postgres
import Records
import TestSupport
import Testing

extension EndToEnd {
  /// Commands one after another over one table, against a model that says what is in the table after each of them.
  @Suite("Commands in any order") struct Walks {
    private let bench: Workbench

    init() throws {
      bench = try Workbench()
      try bench.sql(
        "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'refused'; END $$")
      for pipeline in Walk(modes: [.append, .append]).pipelines {
        let lines = pipeline.rows.map { row in
          let record = #"{"id": \#(row.id), "note": "\#(row.note)", "pad": ""#
          return record + String(repeating: "x", count: WalkRunner.recordBytes - record.utf8.count - 3) + "\"}\n"
        }
        try bench.write(lines.joined(), to: "\(pipeline.name).json")
      }
    }

    @Test("leave the table that the model says, end as it says, and are proved or not as it says")
    func walks() async throws {
      let walks = Walk.walks(sequences: 500, seed: 1)
      let (settings, environment, folder) = (bench.database.settings, bench.environment, bench.folder)
      try await withThrowingTaskGroup(of: Void.self) { group in
        for worker in 0..<4 {
          group.addTask {
            for i in stride(from: worker, to: walks.count, by: 4) {
              let connection = try Connection.open(settings, cancellation: Cancellation())
              defer { connection.close() }
              let runner = WalkRunner(
                walk: walks[i], table: "things\(i)", folder: folder, environment: environment, connection: connection)
              // What comes after a difference says nothing.
              do { try await runner.run() } catch is ExpectationFailedError {}
            }
          }
        }
        try await group.waitForAll()
      }
    }
  }
}
