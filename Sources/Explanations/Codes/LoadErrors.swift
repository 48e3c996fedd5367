internal import Records

extension Catalogue {
  static let loadErrors: [Explanation] = [
    .error(
      "load.schema", .schema, "the table and the pipeline do not fit together",
      causes: """
        A column is missing, generated, or of another type than the pipeline says; a NOT NULL column without a default has
        no column in the pipeline; the table is a view, a foreign table, or under row security; TRUNCATE is not possible. Or
        somebody changed a column while the run loaded: the whole slices before that stay.
        """,
      remedy: """
        Every reason is listed, with the commands that bring the table to the pipeline where there are any. Run these (or deploy a
        migration), or change the columns of the dataset. A table that Sluice made, that nobody has changed and that has no rows is
        made again by itself.
        """,
      example: "psql -c '\\d events'"),
    .error(
      "load.count", .integrity, "the server counted other rows than were sent",
      causes: "A BEFORE trigger that returns NULL, or a rule of the table, drops rows in silence.",
      remedy: """
        The slice was rolled back. Disable the trigger for the load, or load into another table and move the rows from
        there.
        """,
      example: "alter table events disable trigger user;      -- enable it again afterwards"),
    .error(
      "load.ledger", .resume, "the ledger has this slice with other bounds or other numbers, or a damaged row",
      causes: """
        The source or the pipeline is not the one that the run began with, or its run id was used for another source. Or a row
        of schema sluice was edited or damaged: the message names table, run, dataset and column.
        """,
      remedy: """
        Put the original source and pipeline back and resume, or start a new run. Do not edit the ledger. A damaged row comes
        back from a backup of the database.
        """,
      example: "select * from sluice.slices where run = 'RUN' order by dataset, slice;"),
    .error(
      "load.refused", .data, "PostgreSQL refused a record, and --on-error stop ends the run at the first one",
      causes: """
        A constraint (NOT NULL, CHECK, unique, a foreign key) or a trigger of the table. The message has record, byte and
        SQLSTATE; `sluice explain SQLSTATE` says more. Nothing of its slice is committed. Of a dataset that is published at once
        (upsert, sync, repeated keys) it can be the whole that a constraint refuses: nothing is published then.
        """,
      remedy: "Correct the record or the table. Or set such records aside and load the rest.",
      example: """
        sluice explain 23505
        sluice run events.yaml --on-error reject --max-errors 100
        """),
    .error(
      "load.deletes", .refused, "sync would delete more rows than it may",
      causes: """
        The source lacks rows that the table has: it is incomplete, filtered, or another file; or the rows are to go indeed. The
        limit is --max-delete, 20 % of the rows unless said otherwise; rows that foreign keys would take others with count too.
        """,
      remedy: """
        Nothing was published, what is staged stays. Look at the source; if it is right, go on, and the deleted rows are saved in
        deleted/ first.
        """,
      example: """
        sluice resume RUN --yes
        sluice resume RUN --max-delete 50%
        """),
    .error(
      "load.unlogged", .refused, "the table is UNLOGGED",
      causes: "A crash of the server empties such a table, while the ledger goes on saying that its rows are there.",
      remedy: "Make it an ordinary table, or accept that, and verify after each crash.",
      example: """
        alter table events set logged;
        sluice run events.yaml --allow-unlogged
        """),
    .error(
      "load.index", .data, "an index that was dropped for the load cannot be made again",
      causes:
        "With rebuildIndexes: true, rows that a unique index or another constraint forbids show after the load only.",
      remedy: """
        The rows are loaded, and the message names the index; its definition is in sluice.rebuilds. Correct the rows and resume, which makes
        it; or correct the source and start a new run with rebuildIndexes, which takes it over.
        """,
      example: """
        sluice resume RUN
        select name, definition from sluice.rebuilds where rebuilt_at is null;
        """),
    .error(
      "load.foreign", .refused,
      "schema sluice, or something in it, was not made by Sluice or by a role that this one trusts",
      causes: """
        Triggers, rules, defaults and definitions of indexes run with the rights of the role that loads. So schema and tables
        must belong to that role, to one that it is a member of, or to a superuser, and be as Sluice makes them. The message
        names the owner or what was added.
        """,
      remedy: """
        Nothing was altered. Remove what was added; give the schema and its tables to a role that all loaders are members of;
        or rename a schema that is something else.
        """,
      example: """
        alter schema sluice owner to loaders; alter table sluice.runs owner to loaders;    -- each of its tables
        drop trigger e on sluice.slices;
        """),
    .error(
      "load.damaged", .resume, "the ledger lacks tables, columns or its version's row",
      causes: "Somebody dropped or altered what is in schema sluice, or a dump was restored in part.",
      remedy: """
        Restore the schema from a backup of the database. Without one, rename it: the next run makes a new ledger, runs of the old
        one can neither be resumed nor, for append, be verified.
        """,
      example: "alter schema sluice rename to sluice_damaged;"),
    .error(
      "load.newer", .refused, "the ledger is of a version that this program does not know",
      causes: "A newer sluice has loaded into this database and brought the ledger up to date.",
      remedy: "Use that version, or a later one.",
      example: "select version, updated_at from sluice.version;"),
    .error(
      "load.grants", .database, "the role lacks rights on the ledger",
      causes: "Another role made the ledger, or the role may not make a schema in the database.",
      remedy: "The message has every command that is needed; the owner of the schema or a superuser can run them.",
      example: """
        create schema sluice authorization loader;
        grant select, insert, update, delete on sluice.runs, sluice.slices to loader;
        """),
    .error(
      "load.published", .refused, "a publication would send what its subscribers cannot take, or forbids changes",
      causes: """
        Of tables that are published, a subscriber needs each one: a publication of all tables, or of schema sluice, sends the
        ledger and staging tables too, and a subscriber that lacks one stops applying anything. And rows of a published table
        without replica identity can be neither updated nor deleted.
        """,
      remedy: """
        Nothing was altered. Name tables or schemas in the publication; a publication FOR ALL TABLES cannot leave some out. Give
        the table a primary key or REPLICA IDENTITY FULL.
        """,
      example: """
        create publication app for tables in schema public;     -- PostgreSQL 15 on; before: for table a, b
        alter subscription s set publication app;
        sluice run events.yaml --allow-published    -- every reader of the publication can do without these tables
        """),
    .error(
      "load.overtaken", .refused, "another run has taken this run's table",
      causes: """
        The session that held the run's lock was ended, and another run took the table before the lock was taken again. The
        message names that run. This one has committed nothing since, and cannot be resumed.
        """,
      remedy: """
        Look at what both have loaded. For `append`, remove the rows of this run before you start a new one; its ledger says how
        many there are.
        """,
      example: """
        sluice status RUN
        select sum(loaded) from sluice.slices where run = 'RUN';
        """),
    .error(
      "load.locked", .refused, "another run is loading into this table",
      causes: """
        A second run of the same pipeline was started, by hand or by a scheduler. The message names the run and the server's
        process; only the process where another program has the lock.
        """,
      remedy: "Wait for the other one, or stop it; then start again.",
      example: """
        sluice status
        kill -INT $(pgrep -f 'sluice run events.yaml')    # on the host that the message names
        """),
  ]

  static let verifyErrors: [Explanation] = [
    .error(
      "verify.fields", .schema, "a row came back with another number of fields than the table had columns",
      causes: "Somebody altered the table between load and verification.",
      remedy: "Compare again when nobody changes the table. What was loaded stays.",
      example: "sluice verify events.yaml"),
    .error(
      "verify.spill", .storage, "a temporary file of the comparison cannot be written or read",
      causes:
        "Differences were found, and the folder for temporary files has no room to find out which rows they are in.",
      remedy: "Make room there, or name another folder, and compare again. The tables do differ.",
      example: "TMPDIR=/var/tmp sluice verify events.yaml"),
    .error(
      "verify.row", .integrity, "a row came back incomplete",
      causes:
        "The connection was cut or altered while the table was read; or something between here and the server is broken.",
      remedy: "Compare again, without a proxy or pooler in between. Until then the table counts as not verified.",
      example: "sluice verify events.yaml --jobs 1"),
    .error(
      "verify.record", .integrity, "a record of the source is no JSON value, though the reader took it for one",
      causes: "A fault of Sluice: the reader and the comparison read each record on their own, and do not agree.",
      remedy: "Do not use the table. Keep the source and report this.",
      example: "sluice verify events.yaml --verbose"),
  ]
}
