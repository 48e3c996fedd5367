internal import Records

extension Catalogue {
  static let runErrors: [Explanation] = [
    .error(
      "run.failure", .failure, "an error without a code of its own ended the run",
      causes: "The system or a library said something that no module expects.",
      remedy: "What was committed is in the ledger. Resume with --verbose, and report it with the run's report.json.",
      example: "sluice resume RUN --verbose"),
    .error(
      "run.budget", .data, "a record cannot be loaded, or more of them than --max-errors allows",
      causes: """
        The values do not fit the columns or rules. The message has the first record and its code, which `sluice explain`
        knows; under --on-error stop (the default) one is enough. What was committed before stays.
        """,
      remedy:
        "See all of them first, without writing anything; then correct the source or the pipeline, or allow so many.",
      example: """
        sluice run events.yaml --dry-run --on-error reject     # counts them by rule and lists the first 20
        sluice run events.yaml --max-errors 0.1%
        sluice rejects show RUN --limit 5                      # not of a dry run: it keeps none
        """),
    .error(
      "run.nothingFound", .data, "the first records have nothing at the place of any column",
      causes: """
        The records lie in an array of the document and `from.at` does not name it, or the columns' pointers are written as
        the keys are not: another case, a slip, a level too many. Rows of NULLs would have been loaded and called verified.
        """,
      remedy: """
        The message has the keys of the first record, and the arrays in it. Correct `from.at` or the columns' `at`, and
        start a new run; no row was loaded.
        """,
      example: "from: { file: page.json, at: /items }"),
    .error(
      "run.neverFound", .data, "no record has the place of a column, and policies.neverFound makes that an error",
      causes: "The column's pointer is misspelt, or its key is gone from the source.",
      remedy: """
        The message has the nearest key. Correct `at` and start a new run; for `append` take the rows of this one out first.
        A key that may well be in no record: set policies.neverFound to warn or ignore.
        """,
      example: "policies: { neverFound: warn }"),
    .error(
      "run.balance", .integrity, "counts do not close: read is not loaded + rejected + filtered",
      causes: "The ledger lacks a slice or has one too many: someone changed sluice.slices, or a defect of Sluice.",
      remedy: "Do not use the table. Keep the run's folder and the ledger's rows, and report it.",
      example: "select * from sluice.slices where run = 'RUN' order by dataset, slice;"),
    .error(
      "run.parity", .integrity, "the table is not what the source says",
      causes: """
        Another session wrote to the table, a trigger or a generated default changed values, or rows were there that are
        not in the source. The summary names missing, extra and changed rows by their key.
        """,
      remedy: "See what differs, stop the other writer or the trigger, and load again with mode replace; then verify.",
      example: """
        sluice verify events.yaml --json | jq '.differences[:5]'
        select tgname from pg_trigger where tgrelid = 'events'::regclass and not tgisinternal;
        """),
    .error(
      "run.dataset", .usage, "there is no dataset of that name",
      causes: "--dataset is misspelt, or names a dataset of another pipeline.",
      remedy: "The message lists those there are.",
      example: "sluice run events.yaml --dataset events"),
    .error(
      "run.withheld", .data, "records were set aside, and sync would delete the rows they stand for",
      causes: "Under --on-error reject a record that cannot be loaded is not in the source that sync compares with.",
      remedy: """
        Nothing was published, what is staged stays. Correct the records and start a new run; or publish all the same, which deletes
        their rows and saves them in deleted/ first.
        """,
      example: """
        sluice rejects show RUN
        sluice resume RUN --yes
        """),
    .error(
      "run.taken", .refused, "the run's id is in use",
      causes: "--run-id names a run that the ledger or the folder of runs has already; ids are used once.",
      remedy: "Leave --run-id out, or choose another. To go on with that run, resume it.",
      example: "sluice resume RUN"),
    .error(
      "run.state", .resume, "the run's files are not there, or do not say what the run was",
      causes: """
        The id is misspelt, the folder of runs is another one (--run-dir), run.json was edited or removed, or the run ended
        before it had begun anything.
        """,
      remedy:
        "Look for the run with `sluice status`. Where run.json is lost, start a new run; for `append` take its rows out first.",
      example: """
        sluice status --run-dir runs
        sluice resume RUN --run-dir /var/lib/app/runs
        """),
    .error(
      "run.otherSource", .resume, "the source is not the one that the run began with, or cannot be read again",
      causes: """
        The file was written to, replaced or copied without its time since the run began; or it came down a pipe. What was not
        read yet cannot be known to be the same. `verify` compares the SHA-256 of each slice's bytes with the ledger's: a table
        cannot be compared with a source that was never loaded into it.
        """,
      remedy:
        """
        Put the earlier file back with its time and resume, or verify. Another file needs a new run; for `append` take the rows of
        this run out of the table first.
        """,
      example: """
        cp -p /backup/events.json data/events.json
        sluice resume RUN
        """),
    .error(
      "run.otherTarget", .resume, "the database or the table is not the one that the run began with",
      causes: "The connection leads to another server or database, or the table was dropped and made again.",
      remedy: "Give the connection that the run was started with, or start a new run.",
      example: """
        DATABASE_URL=postgresql://app@db1/app sluice resume RUN
        """),
    .error(
      "run.otherPlan", .resume, "records would become other rows than the run began with",
      causes:
        "The pipeline file, a variable in it or the table's columns have changed, or this is another version of Sluice.",
      remedy:
        "Put the pipeline back as it was and resume; or start a new run, for `append` after this run's rows are taken out.",
      example: """
        git log -p pipelines/events.yaml
        """),
    .error(
      "run.ahead", .resume, "the run's manifest knows of more than the ledger",
      causes:
        "The database was restored from an earlier backup, or failed over to a standby that lacked the last commits.",
      remedy: """
        Nothing may be skipped that the ledger does not have. Make sure that this is the database you mean, then start a
        new run; for `append` remove the rows of this run first; the message says how many there are.
        """,
      example: """
        select sum(loaded), max(byte_to) from sluice.slices where run = 'RUN';
        """),
    .error(
      "run.superseded", .resume, "another run has loaded into the table since",
      causes: """
        A new run was started instead of a resume or a replay, or took the table over while the session that holds this
        run's lock was lost. What this run still has to load would lie on top of what that one has proved.
        """,
      remedy: "Look at the run that the message names. Start a new run; for `append` take this run's rows out first.",
      example: """
        select run, dataset, mode, started_at, outcome from sluice.runs where target = 'public.events' order by started_at;
        """),
    .error(
      "run.table", .schema, "the table does not exist",
      causes: "Its migration was not deployed, it lies in another schema, or the connection leads to another database.",
      remedy: "Deploy the migration, name `into.schema`, or let the first run make the table with `create: true`.",
      example: """
        psql -c '\\dt *.events'
        into: { table: events, mode: replace, key: [id], create: true }
        """),
    .error(
      "run.server", .database, "the server, database or role cannot be used for loading",
      causes: "A standby in recovery, default_transaction_read_only, or a database whose encoding is not UTF8.",
      remedy: "Connect to the primary with a role that may write; make the database with ENCODING 'UTF8'.",
      example: "psql -c 'select pg_is_in_recovery()' -c 'show server_encoding'"),
    .error(
      "run.unverifiable", .integrity, "source and table cannot be compared",
      causes: """
        `verify` after an append, or with a column $now, needs the run's row in the ledger: which rows it wrote, and its instant.
        There is no such run, or its row was removed. Or no row bears the run's transactions any more (a dump was restored, ALTER …
        TYPE, an UPDATE), and the table has rows of others too; or somebody wrote to table or source while they were compared.
        """,
      remedy: """
        Name the run with --run-id, against the database that it loaded into. Where rows of others are in the way, compare by hand,
        or load the source into a table of its own.
        """,
      example: """
        select run, dataset, mode, instant from sluice.runs order by started_at desc;
        sluice verify events.yaml --run-id RUN
        """),
    .error(
      "run.replay", .refused, "what the run set aside cannot be replayed as things stand",
      causes: """
        The run did not reach its end, or is a replay itself; another process replays it; the dataset reads its source in another
        way than the run did; or a key could be loaded twice: the table has no unique index over exactly the key or the
        columns of a `unique` rule, or `repeated` says that one of several records counts.
        """,
      remedy: "Resume the run first, name the original run, or make the index. Where that cannot be, start a new run.",
      example: """
        sluice resume RUN
        create unique index on events (id);
        sluice rejects replay RUN
        """),
    .error(
      "run.rejects", .storage, "a line of a reject file is not what Sluice wrote",
      causes: "The file was edited, cut or damaged. The line's number is named; the lines around it are shown.",
      remedy: "Compare it with SHA256SUMS and restore it; the record itself is in the backup, at the line's offset.",
      example: """
        cd runs/RUN && sha256sum -c SHA256SUMS
        sluice backup restore RUN --output events.json
        """),
    .error(
      "run.report", .failure, "a report or plan cannot be written as JSON",
      causes: "It holds what JSON has no form for, such as a time that is no number: a mistake in Sluice.",
      remedy:
        "What is committed is committed: `sluice status RUN` shows it. Keep the run's folder and report the mistake.",
      example: "sluice status RUN --json"),
    .error(
      "run.limits", .refused, "the system gives this process too few files, threads or too little memory",
      causes: """
        A limit of the shell, the container or the service: ulimit -n (256 open files are needed), ulimit -v (1 GiB of
        address space, more for large records), ulimit -u.
        """,
      remedy: "Raise the limit that the message names; nothing was begun.",
      example: """
        ulimit -n 1024; ulimit -v unlimited
        sluice run events.yaml
        """),
  ]
}
