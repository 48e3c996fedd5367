public import Records

extension ExitStatus {
  /// What it means, in one line, as every command's help prints it.
  public var meaning: String {
    Catalogue.statuses.first { $0.code == String(rawValue) }?.summary ?? ""
  }
}

extension Catalogue {
  static let exitStatuses: [Explanation] = [
    .status(
      .success, "everything accounted for, and verified where asked",
      causes: """
        Every record that was read is loaded, rejected or filtered, and where the comparison was not switched off, source
        and table have equal digests.
        """,
      remedy: "Nothing. `outcome` in the report says `verified`, or `loaded` where --verify none was given.",
      example: "sluice run events.yaml && echo done"),
    .status(
      .failure, "failure not classified",
      causes: "Something that none of the other statuses names. The error line says what.",
      remedy: """
        What was committed is in the ledger: `sluice resume RUN --verbose` goes on and adds what the server or the system
        said. If it happens again, report it with the run's report.json.
        """,
      example: "sluice resume RUN --verbose --log-format json 2> log.jsonl"),
    .status(
      .rejects, "done, with rejects inside the budget",
      causes: """
        Records could not be loaded and were set aside, which --on-error reject, --max-errors or a policy `reject` allows.
        Everything else is loaded and proved.
        """,
      remedy: """
        See how many and why, correct the pipeline or the records, and load those alone. Scripts that accept rejects test
        for 3 beside 0.
        """,
      example: """
        sluice rejects list RUN
        sluice rejects show RUN --limit 5
        sluice rejects replay RUN
        """),
    .status(
      .data, "stopped: error budget exceeded or validation errors",
      causes: """
        A record that cannot be loaded under --on-error stop (the default), or more of them than --max-errors allows. What
        was committed before stays committed.
        """,
      remedy: """
        The error line names the record and the reason. Correct the source or the pipeline; or set such records aside. Try
        a --dry-run first: it counts the rejects by rule, lists the first 20, and writes nothing.
        """,
      example: """
        sluice run events.yaml --dry-run --on-error reject
        sluice run events.yaml --max-errors 0.1%
        """),
    .status(
      .integrity, "parity, hash, manifest or row balance does not match",
      causes: """
        The table is not what the source says (someone else wrote to it, a trigger changed values), a backup is damaged,
        or counts do not close. Unknown counts as not equal.
        """,
      remedy: """
        Do not use the table yet. The summary and report.json name rows and columns; compare again once nothing else
        writes to the table. For a backup, `backup verify` names the damaged frames.
        """,
      example: """
        sluice verify events.yaml --json | jq .differences
        sluice backup verify RUN
        """),
    .status(
      .schema, "table or column missing or of another type",
      causes: """
        The table, a column or a type of the pipeline is not in the database, or is of another type; a migration that makes
        it was not deployed, failed, or was changed afterwards.
        """,
      remedy: """
        All reasons are listed at once. Change the table (deploy its migration) or the pipeline's columns. A new table is
        made by `create: true`.
        """,
      example: "into: { table: events, mode: replace, key: [id], create: true }"),
    .status(
      .database, "database not reachable, refused, timed out, or lock not obtained",
      causes: """
        The server is down or restarting, the address, user or password is wrong, a privilege is missing, a timeout or lock
        was met, or its disk is full.
        """,
      remedy: """
        Try the same connection with psql. When it works again, go on where the run ended: committed slices are found in
        the ledger and not loaded twice.
        """,
      example: """
        psql "$DATABASE_URL" -c 'select 1'
        sluice resume RUN
        """),
    .status(
      .source, "source missing, unreadable, malformed, truncated, or changed while read",
      causes: """
        The file is not there or not complete, is not JSON, is damaged in its compression, or something wrote to it while
        it was read.
        """,
      remedy: """
        The error line has byte, line and column. Fetch or export the file again; a run that had begun needs the same bytes
        to be resumed, another file needs a new run.
        """,
      example: """
        jq -c . events.json > /dev/null
        tail -c 100 events.json
        """),
    .status(
      .resume, "cannot resume: state missing, damaged, or of another source or target",
      causes: """
        The ledger and what is asked for do not fit: the source has other bytes, the pipeline makes other rows, the database
        is another one, or the run's folder is gone or newer than the ledger.
        """,
      remedy: """
        Nothing was changed. Put the original file, pipeline and database back; the source can be restored from the backup.
        Otherwise begin anew with `sluice run`, for `append` after the rows of the broken run are taken out.
        """,
      example: """
        sluice status RUN
        sluice backup restore RUN --output events.json
        """),
    .status(
      .refused, "refused: a precondition does not hold",
      causes: """
        Another run works on the same table, a run id is taken, a file that would be overwritten exists, or the pipeline
        asks for what is not safe or not available.
        """,
      remedy:
        "Nothing was changed. The error line says which condition; wait, choose another id or name, or say so by flag.",
      example: """
        sluice status
        sluice run events.yaml --run-id nightly-2
        """),
    .status(
      .storage, "backup, manifest or stage file cannot be written or read",
      causes: """
        The volume of the run's folder is full, read-only or failing, a permission is missing, or a limit on file size was
        met. It also ends a run whose backup cannot be made durable: nothing is committed before its backup.
        """,
      remedy: "Make room or choose another folder with --run-dir, then resume. After EIO, check the disk first.",
      example: """
        df -h runs
        sluice resume RUN
        """),
    .status(
      .usage, "wrong command line: nothing was touched",
      causes: "A flag or argument is unknown, missing or out of its range, or names what the pipeline does not have.",
      remedy: "The error line says which. The help of a command lists its flags and has examples.",
      example: "sluice help run"),
    .status(
      .pipeline, "invalid pipeline file: nothing was touched",
      causes: "The pipeline file cannot be read, or something in it is wrong; every problem is listed at once.",
      remedy: """
        Go to the places named, `file:line:column`. A variable without a default must be set in the environment; YAML needs
        quotes around "text[]".
        """,
      example: "events.yaml:9:34: unknown key `tpye`; did you mean `type`?"),
    .status(
      .interrupted, "interrupted (SIGINT) after a clean stop",
      causes: "Ctrl-C, or `kill -INT`. The slice under way was finished or rolled back.",
      remedy: "Go on with `sluice resume RUN`. A second Ctrl-C ends at once, which is safe too.",
      example: "sluice resume RUN"),
    .status(
      .terminated, "terminated (SIGTERM, SIGHUP) after a clean stop",
      causes: "`kill`, a service manager, a container that stops, or a terminal that was closed.",
      remedy: "Go on with `sluice resume RUN`. For long runs over ssh use tmux, nohup or systemd-run.",
      example: """
        systemd-run --user --same-dir sluice run events.yaml
        sluice resume RUN
        """),
  ]
}
