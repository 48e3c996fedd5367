extension Catalogue {
  /// What PostgreSQL says of a row that it does not take, by SQLSTATE; one that ends in 000 stands for its class.
  static let serverRejections: [Explanation] = [
    .rejection(
      "22000", "PostgreSQL does not accept a value (class 22, data exception)",
      causes: "A domain's or generated column's expression, or a function called by a trigger, fails on the value.",
      remedy: "The reason names the kind of fault. Try the record alone in psql, which prints the value too.",
      example: "sluice rejects show RUN --raw --limit 1"),
    .rejection(
      "22001", "a text is too long for its column",
      causes: "A trigger or generated column puts it into a varchar(n) that is too short.",
      remedy: "Make that column longer.",
      example: "alter table events alter column slug type text;"),
    .rejection(
      "22003", "a number is out of its type's range",
      causes: "A generated column, a trigger or an index expression computes with the value.",
      remedy: "Widen the type that is computed with.",
      example: "psql -c '\\d+ events'"),
    .rejection(
      "22P02", "a text is not one of its type",
      causes: "A trigger or a generated column casts a text. What no enum has is found before the load (type.enum).",
      remedy: "Correct the record, or what casts it.",
      example: "select tgname, tgfoid::regproc from pg_trigger where tgrelid = 'events'::regclass;"),
    .rejection(
      "23000", "a constraint refuses the row (class 23, integrity constraint violation)",
      causes: "A constraint of a kind that has no entry of its own here; the reason names it.",
      remedy: "Look at the constraint, then correct the record or the constraint.",
      example: "psql -c '\\d events'"),
    .rejection(
      "23502", "a column that is NOT NULL would become null",
      causes: "The source has null or nothing, and the pipeline says neither `required` nor `default`.",
      remedy: "Give a default, or drop NOT NULL. `required: true` finds it before the load, faster.",
      example: "- { column: title, type: text, at: /title, required: true }"),
    .rejection(
      "23503", "a foreign key finds no row in the other table",
      causes: "The other table is loaded later or not at all, or the reference is dead.",
      remedy: "Put the other dataset first in the pipeline; then replay what was set aside.",
      example: "sluice rejects replay RUN"),
    .rejection(
      "23505", "a unique index has the key already",
      causes: "The row is in the table from before (append run twice), or the source has the key twice.",
      remedy: "Use mode upsert or replace; a rule `unique` finds repeated keys of the source before the load.",
      example: "into: { table: events, mode: upsert, key: [id] }"),
    .rejection(
      "23514", "a CHECK constraint refuses the row",
      causes: "The value breaks what the table demands; the reason names the constraint.",
      remedy: "Correct the record or the constraint. A rule in the pipeline finds it before the load.",
      example: "select pg_get_constraintdef(oid) from pg_constraint where conname = 'price_check';"),
    .rejection(
      "23P01", "an exclusion constraint finds a row that conflicts",
      causes: "Overlapping periods or ranges, with a row of the table or an earlier one of the source.",
      remedy: "Correct one of both.",
      example: "psql -c '\\d bookings'"),
    .rejection(
      "38000", "a trigger in another language raised an exception (class 38)",
      causes: "PL/Python, PL/Perl or the like, in a function of the table's triggers. Its text may quote the row.",
      remedy: "Run with --verbose to see it; correct the record, or disable the trigger for the load.",
      example: "sluice run events.yaml --on-error reject --verbose"),
    .rejection(
      "44000", "the row breaks the WITH CHECK OPTION of a view (class 44)",
      causes: "A trigger of the table writes through a view.",
      remedy: "Correct the record or the view.",
      example: "psql -c '\\d+ recent_events'"),
    .rejection(
      "54000", "a value or row is larger than the server can store or index",
      causes: "A B-tree index takes about 2,700 bytes of a key, a row without TOAST 8 kB.",
      remedy: "Index a hash of the column instead, or leave the value out.",
      example: "create index on events (md5(title));"),
    .rejection(
      "P0000", "a function of the database refuses the row (class P0, PL/pgSQL error)",
      causes: "A trigger's function found no row, too many, or failed an assertion.",
      remedy: "Read the trigger's function; --verbose prints the server's message.",
      example: "select tgname, tgfoid::regproc from pg_trigger where tgrelid = 'events'::regclass;"),
    .rejection(
      "P0001", "a trigger raised an exception",
      causes:
        "RAISE EXCEPTION in a function of the table's triggers. Its text may quote the row, so it is not shown here.",
      remedy: "Run with --on-error stop --verbose to see it; correct the record, or disable the trigger for the load.",
      example: "sluice run events.yaml --verbose"),
  ]
}
