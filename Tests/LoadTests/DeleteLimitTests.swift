import Load
import PipelineSpec
import Records
import Testing

extension OnServer {
  @Suite("The limit of deletions") struct DeleteLimitTests {
    private let bench: PublishBench

    init() throws { bench = try PublishBench() }

    private func sync(_ ids: ClosedRange<Int>, _ limit: DeleteLimit) throws -> PublishCounts {
      try bench.publish(
        bench.spec(["id int4"], key: ["id"], mode: .sync),
        "SELECT generate_series(\(ids.lowerBound), \(ids.upperBound))",
        limit: limit
      ).counts
    }

    @Test("what exceeds it deletes nothing and says how to go on")
    func exceeded() throws {
      try bench.sql("CREATE TABLE things (id int4 PRIMARY KEY); INSERT INTO things SELECT generate_series(1, 10)")
      for limit in [DeleteLimit.percent(20), .percent(29.9), .rows(2)] {
        let error = expectError(.deletes) { try sync(4...10, limit) }
        #expect(error?.exitStatus == .refused)
        #expect(error?.message.hasPrefix("3 of 10 rows are not in the source") ?? false)
        #expect(error?.remedy?.contains("--yes") ?? false)
      }
      #expect(try bench.scalar("SELECT count(*) FROM things") == "10")
      #expect(
        try bench.scalar("SELECT count(*) FROM pg_class WHERE relname LIKE 'staging%'") == "3", "staged rows stay")
      #expect(try sync(3...10, .percent(20)) == PublishCounts(unchanged: 8, deleted: 2))
      #expect(try sync(4...10, .rows(1)) == PublishCounts(unchanged: 7, deleted: 1))
      #expect(try sync(100...100, .unlimited) == PublishCounts(inserted: 1, deleted: 7))
    }

    @Test("an empty table and an unchanged one have nothing to delete")
    func nothing() throws {
      try bench.sql("CREATE TABLE things (id int4 PRIMARY KEY)")
      #expect(try sync(1...3, .rows(0)) == PublishCounts(inserted: 3))
      #expect(try sync(1...3, .percent(0)) == PublishCounts(unchanged: 3))
    }

    @Test("rows of other tables are not deleted by a foreign key unless asked for")
    func cascade() throws {
      try bench.sql(
        """
        CREATE TABLE things (id int4 PRIMARY KEY); INSERT INTO things SELECT generate_series(1, 10);
        CREATE TABLE notes (thing int4 REFERENCES things ON DELETE CASCADE); INSERT INTO notes VALUES (1), (2)
        """)
      let error = expectError(.deletes) { try sync(2...10, .percent(20)) }
      #expect(error?.message.contains("public.notes") ?? false)
      #expect(try bench.scalar("SELECT count(*) FROM notes") == "2")
      #expect(try sync(2...10, .unlimited) == PublishCounts(unchanged: 9, deleted: 1))
      #expect(try bench.scalar("SELECT count(*) FROM notes") == "1")
    }

    @Test("a share is of the rows before, and prints as the user writes it")
    func shares() {
      #expect(DeleteLimit.percent(20).allows(20, of: 100) && !DeleteLimit.percent(20).allows(21, of: 100))
      #expect(DeleteLimit.percent(0.5).allows(1, of: 200) && !DeleteLimit.percent(0.5).allows(1, of: 199))
      #expect(DeleteLimit.rows(5).allows(5, of: 5) && !DeleteLimit.rows(5).allows(6, of: .max))
      #expect(DeleteLimit.unlimited.allows(.max, of: 0))
      #expect("\(DeleteLimit.percent(20)) \(DeleteLimit.percent(0.5)) \(DeleteLimit.rows(7))" == "20 % 0.5 % 7")
    }
  }
}
