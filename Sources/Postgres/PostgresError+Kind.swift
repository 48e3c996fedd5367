extension PostgresError.Kind {
  /// What an SQLSTATE means to us; decided by the code alone, as messages come in any language.
  init(sqlState: String) {
    self =
      switch sqlState {
      case "42501": .permission
      case "25006": .readOnly
      case "57014": .timeout
      case "55P03": .lockTimeout
      case "40P01": .deadlock
      case "53300": .tooManyConnections
      case "53100": .diskFull
      case "57P01", "57P02", "57P03": .shuttingDown
      // A session that its server ended for being idle
      case "57P05", "25P03", "25P04": .connectionLost
      // COPY data of another form than the columns have: no row is at fault
      case "22P03", "22P04": .schema
      default: PostgresError.Kind(sqlClass: sqlState.prefix(2))
      }
  }

  private init(sqlClass: Substring) {
    self =
      switch sqlClass {
      case "08": .connectionLost
      case "22", "23", "44", "P0": .rowRefused
      case "28": .authentication
      case "3D": .noDatabase
      case "3F", "42": .schema
      case "40": .serialization
      default: .server
      }
  }

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
    default: nil
    }
  }
}
