internal import Records

extension Catalogue {
  static let postgresErrors: [Explanation] = [
    .error(
      "postgres.settings", .usage, "a connection string or setting cannot be used",
      causes: "A misspelt URL, an unknown keyword, or a password with characters such as @ / : that are not %-encoded.",
      remedy: "Correct it; or leave the password to PGPASSWORD, PGPASSFILE or ~/.pgpass.",
      example: "DATABASE_URL='postgresql://loader@db.example.org:5432/shop?sslmode=verify-full'"),
    .error(
      "postgres.identifier", .schema, "PostgreSQL would not keep a name as it is",
      causes: "A name of more than 63 bytes, which the server would cut, an empty one, or one with a NUL.",
      remedy: "Shorten the name in the pipeline.",
      example: "into: { table: events_2026, mode: append }"),
    .error(
      "postgres.unreachable", .database, "no server answers there, or not in time",
      causes: "The server is down or starting, the address or port is wrong, or a firewall is in between.",
      remedy: "Try with psql from the same machine. Runs that had begun are resumed.",
      example: """
        pg_isready -h db.example.org -p 5432
        sluice resume RUN
        """),
    .error(
      "postgres.encryption", .database, "TLS was not offered, or the certificate was not accepted",
      causes: """
        The server has no TLS and the connection leads to another machine, which asks for it; or the certificate is of
        another name or an unknown root.
        """,
      remedy:
        "Give the server a certificate that fits, name its root, or accept an open connection on a network you trust.",
      example: "DATABASE_URL='postgresql://loader@db/shop?sslmode=verify-full&sslrootcert=/etc/ssl/db-ca.pem'"),
    .error(
      "postgres.authentication", .database, "user or password was refused",
      causes: "A wrong user or password, or no line of pg_hba.conf for this address. It is tried once only.",
      remedy: "Check the user, the password's source (URL, PGPASSWORD, ~/.pgpass), and pg_hba.conf.",
      example: "psql \"$DATABASE_URL\" -c 'select current_user'", sqlStates: ["28"]),
    .error(
      "postgres.noDatabase", .database, "the database does not exist",
      causes: "A misspelt name, or none was given: then it is the user's name.",
      remedy: "Create it, or name another.",
      example: "createdb -E UTF8 shop", sqlStates: ["3D", "57P04"]),
    .error(
      "postgres.tooManyConnections", .database, "the server has no connection left",
      causes: "max_connections, or the limit of the role or database, is used up. A run takes --jobs + 1.",
      remedy: "Use fewer, close others, or raise the limit; then resume.",
      example: "sluice resume RUN --jobs 1", sqlStates: ["53300"]),
    .error(
      "postgres.pooled", .refused, "a pooler is in between that shares sessions",
      causes: """
        PgBouncer or the like in transaction or statement mode. Locks and settings of our session would be those of other
        clients: they would lose their search_path, and the table's lock would stay behind.
        """,
      remedy: "Nothing was set. Connect to the server itself, or through a pool in session mode.",
      example: """
        shop_load = host=db.example.org dbname=shop pool_mode=session      ; pgbouncer.ini
        DATABASE_URL='postgresql://loader@db.example.org:5432/shop' sluice run events.yaml
        """),
    .error(
      "postgres.shuttingDown", .database, "the server starts up, shuts down, or ended this session",
      causes: "A restart, an administrator (pg_terminate_backend), or a crash of another session.",
      remedy: "Wait until the server is up, then resume. What was committed is in the ledger.",
      example: "pg_isready && sluice resume RUN", sqlStates: ["57P01", "57P02", "57P03"]),
    .error(
      "postgres.connectionLost", .database, "the connection broke",
      causes: """
        A network fault, a server that was killed, or a proxy that closes idle sessions. Whether the last COMMIT was done
        is decided by the ledger, never guessed.
        """,
      remedy:
        "Resume: committed slices are found and not loaded twice. Connect past poolers and proxies where you can.",
      example: "sluice resume RUN", sqlStates: ["08", "57P05", "25P03"]),
    .error(
      "postgres.permission", .database, "the role may not do this",
      causes:
        "INSERT, SELECT or TRUNCATE on the table, USAGE or CREATE on a schema, or CREATE on the database is missing; or an event trigger refuses the command.",
      remedy: "Grant it. The first run makes the schema `sluice`; an administrator may make it beforehand.",
      example: """
        grant select, insert, truncate on events to loader;
        create schema if not exists sluice authorization loader;
        """, sqlStates: ["42501"]),
    .error(
      "postgres.readOnly", .database, "the server or session takes no writes",
      causes: "A standby, or default_transaction_read_only for the role or database.",
      remedy: "Connect to the primary.",
      example: "DATABASE_URL='postgresql://loader@db1,db2/shop?target_session_attrs=read-write'",
      sqlStates: ["25006"]),
    .error(
      "postgres.schema", .schema, "a table, column, type or schema is missing or of another kind",
      causes:
        "Somebody changed the table during the run, the search path differs, or the ledger's tables were altered.",
      remedy: "Compare the table with the pipeline; deploy what is missing; then resume.",
      example: "psql -c '\\d public.events'", sqlStates: ["3F", "42"]),
    .error(
      "postgres.rowRefused", .data, "the server does not take a row",
      causes: "A constraint or a trigger. During a load it is told as load.refused, with the record.",
      remedy: "Explain the SQLSTATE in the message; correct the data or the constraint.",
      example: "sluice explain 23505"),
    .error(
      "postgres.timeout", .database,
      "a timeout of the server ended a statement or a transaction, or somebody cancelled it",
      causes: """
        A statement_timeout or, from PostgreSQL 17 on, a transaction_timeout for the role or database that is shorter than a
        slice, the read-back or the publication takes.
        """,
      remedy: "Raise it for the loading role, then resume.",
      example: """
        alter role loader set statement_timeout = 0;
        alter role loader set transaction_timeout = 0;
        """, sqlStates: ["57014", "25P04"]),
    .error(
      "postgres.statementCancelled", .database, "somebody cancelled the statement, again and again",
      causes: "pg_cancel_backend, by a person or a monitor that ends long statements. There is no statement_timeout.",
      remedy: "Find who does that, then resume. A run tries again for as long as --retry-for says.",
      example: "sluice resume RUN --retry-for 30m"),
    .error(
      "postgres.lockTimeout", .database, "a lock was not obtained within lock_timeout",
      causes: "Another session holds the table: an open transaction, DDL, VACUUM FULL, or another load.",
      remedy: "Find who holds it, let it finish or end it, then resume.",
      example: "select pid, state, query from pg_stat_activity where pid = any(pg_blocking_pids(PID));",
      sqlStates: ["55P03"]),
    .error(
      "postgres.deadlock", .database, "the server ended a deadlock at our expense",
      causes: "Another session writes to the same tables in another order; foreign keys take locks too.",
      remedy: "Let nobody else write to the table meanwhile; resume.",
      example: "sluice resume RUN --jobs 1", sqlStates: ["40P01"]),
    .error(
      "postgres.serialization", .database, "the server could not serialise the transaction",
      causes: "Concurrent writers, or a failover.",
      remedy: "Resume; nothing of the slice was committed.",
      example: "sluice resume RUN", sqlStates: ["40"]),
    .error(
      "postgres.diskFull", .database, "the server's disk is full",
      causes:
        "Table, indexes or write-ahead log need more room than there is: reckon with two to three times the source.",
      remedy: "Free space on the server, also from old WAL and replication slots, then resume.",
      example: "select slot_name, active, restart_lsn from pg_replication_slots;", sqlStates: ["53100"]),
    .error(
      "postgres.resources", .database, "memory, the lock table or a limit of the server's settings is used up",
      causes: """
        The message names what: temp_file_limit while a dataset is published or an index is made, the shared lock table
        (max_locks_per_transaction), or memory.
        """,
      remedy: "Raise the limit for the loading role, or wait until other sessions need less; then resume.",
      example: """
        alter role loader set temp_file_limit = -1;
        alter system set max_locks_per_transaction = 256;      -- takes a restart
        """, sqlStates: ["53"]),
    .error(
      "postgres.rolledBack", .database, "a transaction that was to be committed was rolled back",
      causes: "The server answered ROLLBACK to COMMIT, as an error before it was hidden, by a proxy for instance.",
      remedy: "Nothing of the slice is in the table. Resume, without a pooler in between.",
      example: "sluice resume RUN"),
    .error(
      "postgres.cancelled", .interrupted, "the work was cancelled because the run was told to stop",
      causes: "A signal, or another part of the run failed first; then that error is the one to look at.",
      remedy: "Resume.",
      example: "sluice resume RUN"),
    .error(
      "postgres.misuse", .failure, "a command was used in a way that it does not allow",
      causes: "A defect of Sluice, or a server that speaks the protocol differently.",
      remedy: "Report it with the output of --verbose and the server's version.",
      example: "psql -c 'select version()'"),
    .error(
      "postgres.server", .database, "another error of the server",
      causes: "The message is the server's, with its SQLSTATE, whose meaning PostgreSQL's manual has in Appendix A.",
      remedy: "Look into the server's log at this time. --verbose prints DETAIL, HINT and CONTEXT. Then resume.",
      example: "sluice resume RUN --verbose"),
  ]
}
