internal import Records

extension Catalogue {
  static let loadErrors: [Explanation] = [
    .error(
      "load.schema", .schema, "the table and the pipeline do not fit together",
      causes: """
        A column is missing, generated, or of another type than the pipeline says; a NOT NULL column without a default has
        no column in the pipeline; the table is a view, a foreign table, or under row security; TRUNCATE is not possible.
        """,
      remedy: "Every reason is listed. Change the table (or deploy its migration), or the columns of the dataset.",
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
      "load.ledger", .resume, "the ledger has this slice with other bounds or other numbers",
      causes:
        "The source or the pipeline is not the one that the run began with, or its run id was used for another source.",
      remedy: "Put the original source and pipeline back and resume, or start a new run. Do not edit the ledger.",
      example: "select * from sluice.slices where run = 'RUN' order by dataset, slice;"),
    .error(
      "load.refused", .data, "PostgreSQL refused a record, and --on-error stop ends the run at the first one",
      causes: """
        A constraint (NOT NULL, CHECK, unique, a foreign key) or a trigger of the table. The message has record, byte and
        SQLSTATE; `sluice explain SQLSTATE` says more. Nothing of its slice is committed.
        """,
      remedy: "Correct the record or the table. Or set such records aside and load the rest.",
      example: """
        sluice explain 23505
        sluice run events.yaml --on-error reject --max-errors 100
        """),
    .error(
      "load.deletes", .refused, "sync would delete more rows than it may",
      causes: """
        The source lacks rows that the table has: often an export that is not complete, a wrong file, or a key that changed
        its form. Nothing is published; what was loaded is kept aside.
        """,
      remedy:
        "Compare the counts. If the rows are to go, say so, or raise the limit; they are saved in the run's folder first.",
      example: """
        sluice resume RUN --max-delete 35%
        sluice resume RUN --yes
        """),
    .error(
      "load.unlogged", .refused, "the table is UNLOGGED: a crash of the server would empty it",
      causes: "It was made UNLOGGED for speed; the ledger would go on counting rows that are gone.",
      remedy: "Make it logged before the load, or accept that.",
      example: """
        alter table events set logged;
        sluice run events.yaml --allow-unlogged
        """),
    .error(
      "load.index", .data, "an index or constraint cannot be made again after the load",
      causes:
        "`rebuildIndexes` took it away, and the loaded rows break it: a key twice, a value that a constraint excludes.",
      remedy:
        "The message names it. Correct the rows in the table or the source, then resume: what is missing is made again.",
      example: """
        select id, count(*) from events group by id having count(*) > 1;
        sluice resume RUN
        """),
    .error(
      "load.locked", .refused, "another run is loading into this table",
      causes: """
        A second run of the same pipeline was started, by hand or by a scheduler; or a run that lost its connection was overtaken
        by another. The message names the run and the server's process.
        """,
      remedy: "Wait for the other one, or stop it; then start again. Nothing was touched.",
      example: """
        sluice status
        select pg_terminate_backend(PID);
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
  ]
}
