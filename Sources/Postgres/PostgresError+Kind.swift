extension PostgresError.Kind {
  /// What an SQLSTATE means to us that came of a command.
  /// - Parameters:
  ///   - hasRow: the error names a row of a COPY.
  ///   - endsSession: the server hung up with it.
  init(sqlState: String, of command: SQL, hasRow: Bool, endsSession: Bool) {
    self =
      switch sqlState {
      // A pooler says everything with it, and hangs up; a server says that a message was wrong.
      case "08P01" where !endsSession: .server
      case "54000" where !hasRow: .server
      case _ where Self.isRaised(sqlState.prefix(2)) && command.definition != nil: .permission
      default: Self(sqlState: sqlState)
      }
  }

  /// What an SQLSTATE means to us; decided by the code alone, as messages come in any language.
  init(sqlState: String) {
    self =
      switch sqlState {
      case "42501": .permission
      case "25006": .readOnly
      // statement_timeout, transaction_timeout
      case "57014", "25P04": .timeout
      case "55P03": .lockTimeout
      case "40P01": .deadlock
      case "53300": .tooManyConnections
      case "53100": .diskFull
      case "57P01", "57P02", "57P03": .shuttingDown
      // A session that its server ended for being idle
      case "57P05", "25P03": .connectionLost
      case "57P04": .noDatabase
      // COPY data of another form than the columns have: no row is at fault
      case "22P03", "22P04": .schema
      // A value that is too long for an index, a row that is too long for a page
      case "54000": .rowRefused
      default: PostgresError.Kind(sqlClass: sqlState.prefix(2))
      }
  }

  private init(sqlClass: Substring) {
    self =
      switch sqlClass {
      case "08": .connectionLost
      case "22", "23", "44": .rowRefused
      case let sqlClass where Self.isRaised(sqlClass): .rowRefused
      case "28": .authentication
      case "3D": .noDatabase
      case "3F", "42": .schema
      case "40": .serialization
      case "53": .resources
      default: .server
      }
  }

  /// Whether errors of a class come from functions of the database, and with them their text: of a trigger's RAISE, of
  /// other languages (38), or of a code of the function's own.
  static func isRaised(_ sqlClass: Substring) -> Bool {
    sqlClass == "P0" || sqlClass == "38" || !classes.contains(String(sqlClass))
  }

  /// The classes of PostgreSQL's manual, Appendix A.
  private static let classes: Set = [
    "00", "01", "02", "03", "08", "09", "0A", "0B", "0F", "0L", "0P", "0Z", "10", "20", "21", "22", "23", "24", "25",
    "26", "27", "28", "2B", "2D", "2F", "34", "38", "39", "3B", "3D", "3F", "40", "42", "44", "53", "54", "55", "57",
    "58", "72", "F0", "HV", "P0", "XX",
  ]

  /// What helps in most cases of this kind.
  var remedy: String? {
    switch self {
    case .settings:
      "write postgresql://user:password@host:port/database, and in each part %40 for @, %2F for /, %3A for :, %3F for ?, "
        + "%20 for a space"
    case .unreachable: "check that the server runs and listens at this address, and that no firewall is in between"
    case .encryption:
      "give the server a certificate that fits its name, name its root with sslrootcert, "
        + "or accept an unencrypted connection with sslmode=disable"
    case .authentication: "check user, password and pg_hba.conf; it is not tried again, so that no account is locked"
    case .noDatabase: "create the database, or name another one"
    case .tooManyConnections: "use fewer with --jobs, or raise max_connections"
    case .pooled: "connect to the server itself, or to a pool in session mode"
    case .shuttingDown: "wait until the server is up, then resume"
    case .connectionLost: "resume: what was committed is found and not loaded twice"
    case .permission: "grant the privilege to the user of this connection"
    case .readOnly: "connect to the primary, or turn default_transaction_read_only off"
    case .timeout: "raise statement_timeout for this user or database"
    case .statementCancelled: "find who runs pg_cancel_backend, then resume"
    case .lockTimeout: "find who holds the lock with pg_blocking_pids, or raise lock_timeout"
    case .deadlock: "try again; let nobody else write to the table meanwhile"
    case .serialization: "try again"
    case .diskFull: "free space on the server, then resume"
    case .resources: "give the server more of it, or wait until others need less; then resume"
    default: nil
    }
  }

  /// What helps against one error, where its kind says too little.
  static func remedy(sqlState: String) -> String? {
    switch sqlState {
    case "25P04": "raise transaction_timeout for this role or database, then resume"
    case "53400": "raise the limit that the message names (temp_file_limit), or work_mem, for this role; then resume"
    case "72000": "raise old_snapshot_threshold, or read faster with more --jobs"
    case "XX001", "XX002": "the server's files are damaged: repair or restore the database before anything else"
    default: nil
    }
  }
}
