internal import Records

extension Catalogue {
  static let localErrors: [Explanation] = [
    .error(
      "local.noBinaries", .database, "no PostgreSQL server is installed where we look",
      causes: "Only the client is installed, or the server's programs lie in an unusual folder.",
      remedy:
        "Install a server, or name the folder of initdb and postgres. A server elsewhere needs neither: set DATABASE_URL.",
      example: """
        apt install postgresql
        SLUICE_PG_BIN=/opt/pgsql/bin sluice local start
        """),
    .error(
      "local.otherVersion", .database, "the embedded server's data were made by another major version",
      causes: "PostgreSQL was upgraded since.",
      remedy:
        "Install the old version beside it, or dump with it and load into a new state folder; or move the folder away.",
      example: "mv ~/.local/state/sluice ~/.local/state/sluice.old"),
    .error(
      "local.folder", .database, "a folder of the embedded server cannot be made or entered",
      causes: "A full disk, a missing permission, or, as root, a state folder that the account postgres cannot enter.",
      remedy: "Use a state folder that the server's account can reach.",
      example: "XDG_STATE_HOME=/var/lib sluice local start"),
    .error(
      "local.notOurs", .database, "what lies at the embedded server's place was made by somebody else",
      causes: """
        Another user's folder or file has the name that the data folder would have; or a link, a named pipe or a file of
        another account lies where a file of the server belongs. None of them is followed or read.
        """,
      remedy: "Remove it if you know what it is, or use another state folder.",
      example: "ls -ld ~/.local/state/sluice"),
    .error(
      "local.untrusted", .database, "another account could replace the embedded server's programs or folders",
      causes: """
        A folder on the way belongs to an account that is neither root nor yours, or others may write to it and it is
        not sticky. What lies below it could be exchanged at any time, and root would run it or write to it.
        """,
      remedy: "Take the right to write from the others, or use another folder.",
      example: """
        chmod go-w /opt/pgsql
        XDG_STATE_HOME=/var/lib sluice local start
        """),
    .error(
      "local.busy", .database, "another process has held the embedded server's lock for minutes",
      causes: "It starts or stops the server and does not end: a slow disk, or a process that was stopped.",
      remedy: "Let it end, or end it: the message names it. Then try again.",
      example: "ps -fp PID"),
    .error(
      "local.command", .database, "initdb, pg_ctl or another program failed",
      causes: "The server's own message is in its log: often a full disk, shared memory, or a missing locale.",
      remedy: "Read the end of the log; --verbose prints it.",
      example: """
        sluice local status
        sluice local start --verbose
        """),
    .error(
      "local.notReady", .database, "the embedded server runs but takes no connection",
      causes: "It recovers after a crash, which may take minutes, or its socket's folder was removed.",
      remedy: "Wait and try again; otherwise stop and start it. Its data stay.",
      example: "sluice local stop && sluice local start"),
  ]
}
