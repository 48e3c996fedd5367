public import Records

/// What is kept of a run is not there, not as it was written, or cannot be written.
public struct RunStateError: ReportableError {
  public enum Kind: String, Sendable, CaseIterable {
    /// A run's files say too little to go on with it, or are not there.
    case state
    /// A line of a reject file is not what was written.
    case rejects
    /// A report cannot be written as JSON.
    case report
  }

  public var kind: Kind
  public var message: String
  public var place: String?
  public var remedy: String?
  public var cause: (any Error)?

  public init(
    _ kind: Kind, _ message: String, place: String? = nil, remedy: String? = nil, cause: (any Error)? = nil
  ) {
    self.kind = kind
    self.message = message
    self.place = place
    self.remedy = remedy
    self.cause = cause
  }

  public var code: String { "run.\(kind.rawValue)" }

  public var exitStatus: ExitStatus {
    switch kind {
    case .state: .resume
    case .rejects: .storage
    case .report: .failure
    }
  }
}
