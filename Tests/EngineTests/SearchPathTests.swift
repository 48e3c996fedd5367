import Engine
import Postgres
import Records
import Reports
import TestSupport
import Testing

extension EndToEnd {
  /// What the database calls while it is loaded finds its names as in psql; what we call, nobody gets in between.
  @Suite("Search path") struct SearchPaths {
    private let bench: Workbench
    private let database: String

    init() throws {
      bench = try Workbench()
      database = try #require(bench.database.settings.database)
    }

    private static let functions = """
      CREATE SCHEMA app; SET search_path = app, public;
      CREATE TABLE audit (id int4); CREATE TABLE limits (most int4); INSERT INTO limits VALUES (100);
      CREATE FUNCTION most() RETURNS int4 LANGUAGE sql AS 'SELECT most FROM limits';
      CREATE FUNCTION allows(int4) RETURNS bool LANGUAGE plpgsql AS 'BEGIN RETURN $1 < most(); END';
      CREATE FUNCTION audit() RETURNS trigger LANGUAGE plpgsql AS
        'BEGIN INSERT INTO audit VALUES (1); RETURN NULL; END';
      CREATE TABLE public.things (id int4 PRIMARY KEY, n int4 CHECK (allows(n)));
      CREATE TRIGGER audit AFTER INSERT ON public.things FOR EACH ROW EXECUTE FUNCTION audit();
      CREATE TRIGGER emptied BEFORE TRUNCATE ON public.things FOR EACH STATEMENT EXECUTE FUNCTION audit();
      CREATE CONSTRAINT TRIGGER late AFTER INSERT ON public.things DEFERRABLE INITIALLY DEFERRED
        FOR EACH ROW EXECUTE FUNCTION audit();
      RESET search_path;
      """

    private static let modes = [
      "mode: append, key: id", "mode: replace, key: id", "mode: upsert, key: id", "mode: sync, key: id",
      "mode: replace, key: id, repeated: last",
    ]

    @Test(
      "triggers and CHECK functions that name things without a schema find them by the role's path", arguments: modes)
    func functions(_ mode: String) async throws {
      try bench.sql(Self.functions)
      try bench.sql("ALTER DATABASE \(database) SET search_path = app, public")
      try bench.write(#"[{"id": 1, "n": 1}, {"id": 2, "n": 2}, {"id": 3, "n": 100}]"#)
      let report = try await bench.run(yaml(["id int4", "n int4"], into: "{ table: things, \(mode) }")) {
        $0.onError = .reject
        $0.isConfirmed = true
      }
      try expectVerified(report, rows: 2, rejected: 1)
      #expect(try bench.count("app.audit") == 4 + (mode.contains("replace") ? 1 : 0))
    }

    @Test("a function that fails is named with the table and its line")
    func failing() async throws {
      try bench.sql(Self.functions)
      try bench.write(#"[{"id": 1, "n": 1}]"#)
      let report = try await bench.run(yaml(["id int4", "n int4"], into: "{ table: things }"))
      expectFailed(report, .schema, "postgres.schema")
      #expect(report.error?.place == "public.things")
      #expect(report.error?.message.contains("in PL/pgSQL function app.allows(integer) line 1 at RETURN") ?? false)
    }

    /// Better matches than the server's own, in a schema that comes first.
    private static let traps = """
      CREATE TABLE public.called (what text);
      CREATE FUNCTION trap(text) RETURNS void LANGUAGE sql AS 'INSERT INTO public.called VALUES ($1)';
      CREATE FUNCTION hashtextextended(text, int4) RETURNS int8 LANGUAGE sql AS 'SELECT public.trap(''hash''); SELECT 1::int8';
      CREATE FUNCTION clock_timestamp() RETURNS timestamptz LANGUAGE sql AS 'SELECT public.trap(''clock''); SELECT now()';
      CREATE FUNCTION setval(regclass, int8) RETURNS int8 LANGUAGE sql AS 'SELECT public.trap(''setval''); SELECT $2';
      CREATE FUNCTION ceil(numeric) RETURNS numeric LANGUAGE sql AS 'SELECT public.trap(''ceil''); SELECT $1';
      CREATE FUNCTION equal(text, text) RETURNS bool LANGUAGE sql AS 'SELECT public.trap(''=''); SELECT true';
      CREATE OPERATOR public.= (LEFTARG = text, RIGHTARG = text, FUNCTION = equal);
      CREATE FUNCTION atleast(int8, int4) RETURNS bool LANGUAGE sql AS 'SELECT public.trap(''>=''); SELECT true';
      CREATE OPERATOR public.>= (LEFTARG = int8, RIGHTARG = int4, FUNCTION = atleast);
      CREATE FUNCTION differ(record, record) RETURNS bool LANGUAGE plpgsql AS
        'BEGIN PERFORM public.trap(''*<>''); RETURN true; END';
      CREATE OPERATOR public.*<> (LEFTARG = record, RIGHTARG = record, FUNCTION = differ);
      CREATE FUNCTION twice(int8) RETURNS int8 LANGUAGE sql AS 'SELECT public.trap(''count''); SELECT $1';
      CREATE AGGREGATE public.count(*) (SFUNC = twice, STYPE = int8, INITCOND = '0');
      CREATE DOMAIN public.record AS text; CREATE DOMAIN public.int8 AS text;
      CREATE VIEW public.pg_class AS SELECT * FROM pg_catalog.pg_class WHERE false;
      CREATE TABLE things (id serial PRIMARY KEY, note text);
      """

    @Test(
      "functions, operators, types and relations that a schema of the path puts first are not called", arguments: modes)
    func traps(_ mode: String) async throws {
      try bench.sql(Self.traps)
      try bench.sql("ALTER DATABASE \(database) SET search_path = public, pg_catalog")
      try bench.write(#"[{"id": 1, "note": "a"}, {"id": 2, "note": "b"}]"#)
      let pipeline = yaml(["id int4", "note text"], into: "{ table: things, \(mode) }")
      try expectVerified(try await bench.run(pipeline), rows: 2)
      try expectVerified(try await bench.verify(pipeline), rows: 2)
      if mode.contains("sync") || mode.contains("upsert") {
        #expect(try part(try await bench.run(pipeline)).unchanged == 2)
      }
      #expect(try bench.rows("SELECT DISTINCT what FROM public.called") == [])
    }
  }
}
