public import Records

/// What failed between us and a server.
///
/// `message` and `place` hold no password and no content of a row. What a server says about data (its message for an
/// invalid value, DETAIL, CONTEXT) is in `detail`; `key` alone is taken from it.
public struct PostgresError: ReportableError {
  public enum Kind: String, Sendable, CaseIterable {
    /// A connection string or a setting that cannot be used.
    case settings
    /// A name PostgreSQL would not keep as it is.
    case identifier
    /// No server answers there, or not in time.
    case unreachable
    /// TLS was not offered, or its certificate was not accepted.
    case encryption
    case authentication
    case noDatabase
    case tooManyConnections
    /// A pooler in between shares sessions with other clients.
    case pooled
    /// The server starts up, shuts down or was told to end this session.
    case shuttingDown
    /// The connection broke: what was sent last may or may not have been done.
    case connectionLost
    case permission
    case readOnly
    /// A table, column or type is missing or of another kind; SQL the server does not accept.
    case schema
    /// The server does not take a row: a value, a constraint or a trigger.
    case rowRefused
    /// `statement_timeout`, or somebody cancelled the statement.
    case timeout
    /// Somebody cancelled the statement; known where there is no `statement_timeout`.
    case statementCancelled
    case lockTimeout
    case deadlock
    case serialization
    case diskFull
    /// Memory, the lock table or a limit of the server's settings is used up.
    case resources
    /// A transaction that was to be committed was rolled back.
    case rolledBack
    /// We were told to stop.
    case cancelled
    /// A call that does not fit the command: rows asked of a COPY, a COPY asked of something else.
    case misuse
    /// Any other error of the server.
    case server
  }

  public var kind: Kind
  /// The five characters of SQLSTATE; nil where the error is not the server's.
  public var sqlState: String?
  public var message: String
  public var place: String?
  public var remedy: String?
  public var detail: String?
  /// The row of a COPY that the error names, counted from 1 within that COPY.
  public var copyRow: Int?
  /// The column whose value is refused, where the server names it.
  public var column: String?
  /// What the server says of the key that a unique, foreign key or exclusion constraint refuses: `Key (id)=(7) already exists.`
  public var key: String?

  init(
    _ kind: Kind, _ message: String, sqlState: String? = nil, place: String? = nil, remedy: String? = nil,
    detail: String? = nil, copyRow: Int? = nil, column: String? = nil, key: String? = nil
  ) {
    self.kind = kind
    self.message = message
    self.sqlState = sqlState
    self.place = place
    self.remedy = remedy ?? sqlState.flatMap(Kind.remedy) ?? kind.remedy
    self.detail = detail
    self.copyRow = copyRow
    self.column = column
    self.key = key
  }

  public var code: String { "postgres.\(kind.rawValue)" }

  /// The message without its SQLSTATE, for where that stands beside it.
  public var sentence: String { sqlState.map { message.replacing(" (SQLSTATE \($0))", with: "") } ?? message }

  /// The same command may succeed later. Whether the first try was done is for the caller to find out: after
  /// `.connectionLost` nobody knows.
  public var isTransient: Bool {
    switch kind {
    case .unreachable, .connectionLost, .shuttingDown, .tooManyConnections, .serialization, .deadlock, .lockTimeout,
      .diskFull, .statementCancelled:
      true
    default: false
    }
  }

  /// The server does not take this row and never will: a value, a constraint, or an error a trigger raised.
  public var isRowRefusal: Bool { kind == .rowRefused }

  public var exitStatus: ExitStatus {
    switch kind {
    case .settings: .usage
    case .identifier, .schema: .schema
    case .rowRefused: .data
    case .cancelled: .interrupted
    case .misuse: .failure
    case .pooled: .refused
    default: .database
    }
  }
}
