import Load
import Postgres
import TestSupport
import Testing

extension OnServer {
  @Suite("Publications") struct LogicalReplicationTests {
    private let bench: PublishBench

    init() throws { bench = try PublishBench() }

    @Test("a publication of all tables or of the schema has the ledger; one of tables, or of no rows, has not")
    func publications() throws {
      try bench.sql(
        """
        CREATE TABLE things (id int); CREATE PUBLICATION everything FOR ALL TABLES;
        CREATE PUBLICATION ours FOR TABLES IN SCHEMA sluice; CREATE PUBLICATION theirs FOR TABLES IN SCHEMA public;
        CREATE PUBLICATION one FOR TABLE things; CREATE PUBLICATION emptying FOR ALL TABLES WITH (publish = 'truncate')
        """)
      let found = try LogicalReplication.publications(on: bench.connection)
      #expect(found.names == ["everything", "ours"] && !found.haveSubscriber)
    }
  }
}
