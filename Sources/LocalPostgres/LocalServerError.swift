public import Platform
public import Records

/// What failed with the embedded server.
public struct LocalServerError: ReportableError {
  public enum Kind: String, Sendable, CaseIterable {
    /// No PostgreSQL server is installed where we look.
    case noBinaries
    /// The data folder was made by another major version.
    case otherVersion
    /// A folder cannot be made, or the server's account cannot get at it.
    case folder
    /// Somebody else made what we find there.
    case notOurs
    /// Another account could replace what we find there.
    case untrusted
    /// Another process starts or stops the server, and does not come to an end.
    case busy
    /// initdb, pg_ctl or another program failed or could not be started.
    case command
    /// The server runs but takes no connection.
    case notReady
  }

  public var kind: Kind
  public var message: String
  public var place: String?
  public var remedy: String?
  public var cause: (any Error)?
  /// The last lines of the server's log.
  public var detail: String?
  /// Why the system refused, where it was the system.
  private(set) var reason: Errno?

  init(
    _ kind: Kind, _ message: String, place: String? = nil, remedy: String? = nil, cause: (any Error)? = nil,
    detail: String? = nil
  ) {
    self.kind = kind
    self.message = message
    self.place = place
    self.remedy = remedy
    self.cause = cause
    self.detail = detail
  }

  static func notOurs(_ place: String) -> LocalServerError {
    LocalServerError(
      .notOurs, "this is a link, a special file or another account's", place: place,
      remedy: "remove it, or use another state folder")
  }

  public var code: String { "local.\(kind.rawValue)" }

  public var exitStatus: ExitStatus { .database }
}

extension LocalServerError: FileFailure {
  public init(_ error: FileError) {
    self.init(.folder, "cannot \(error.action): \(error.reason)", place: error.file)
    reason = error.reason
  }
}
