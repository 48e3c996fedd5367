public import Records

/// What can go wrong between rows that are ready and rows that are committed, beside what the server itself says.
public struct LoadError: ReportableError {
  public enum Kind: String, Sendable, CaseIterable {
    /// The table and the pipeline do not fit together; every reason at once.
    case schema
    /// The server counted other rows than were sent.
    case count
    /// The ledger has this slice with other bounds or other numbers, or holds what no run has written.
    case ledger
    /// The server refused a row under `--on-error stop`.
    case refused
    /// Another run has the table.
    case locked
    /// Another run took the table from this one, whose lock was lost with its session.
    case overtaken
    /// More rows would be deleted than may be.
    case deletes
    /// A crash of the server would empty the table.
    case unlogged
    /// An index cannot be made again.
    case index
    /// The schema `sluice`, or something in it, was made by others than Sluice and roles that this one trusts.
    case foreign
    /// Parts of the ledger are missing.
    case damaged
    /// The ledger is of a version that this program does not know.
    case newer
    /// The role lacks rights on the ledger.
    case grants
    /// A publication would send what its subscribers cannot take.
    case published
  }

  public var kind: Kind
  public var message: String
  public var place: String?
  public var remedy: String?
  public var cause: (any Error)?
  public var detail: String?

  public init(
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

  public var code: String { "load.\(kind.rawValue)" }

  public var exitStatus: ExitStatus {
    switch kind {
    case .schema: .schema
    case .count: .integrity
    case .ledger, .damaged: .resume
    case .refused, .index: .data
    case .locked, .overtaken, .deletes, .unlogged, .foreign, .newer, .published: .refused
    case .grants: .database
    }
  }
}
