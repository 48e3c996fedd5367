public import Platform
public import Records

/// Why the validate stage could not go on: never that a record breaks a rule, which is a `Rejection`.
public struct ValidateError: ReportableError, Sendable, Equatable {
  public enum Kind: String, Sendable, CaseIterable {
    /// A rule names a column that the table does not have, or asks something that the column's type cannot answer.
    case rule
    /// A row is not a tuple of the table's columns in PostgreSQL's binary COPY format.
    case row
    /// The file that keeps the keys of a `unique` rule cannot be made, written or read.
    case spill
  }

  public var kind: Kind
  public var message: String
  public var place: String?
  public var remedy: String?

  public init(_ kind: Kind, _ message: String, place: String? = nil, remedy: String? = nil) {
    self.kind = kind
    self.message = message
    self.place = place
    self.remedy = remedy
  }

  public var code: String { "validate.\(kind.rawValue)" }

  public var exitStatus: ExitStatus {
    switch kind {
    case .rule: .pipeline
    case .row, .spill: .storage
    }
  }

  /// The bytes of a row do not say what the table's layout says.
  static var malformedRow: ValidateError {
    ValidateError(
      .row, "a row is not in PostgreSQL's binary COPY format, or not of this table's columns",
      remedy: "write the stage file anew with the pipeline as it is now")
  }
}

extension ValidateError: FileFailure {
  public init(_ error: FileError) {
    self.init(
      .spill, "cannot \(error.action) the file that keeps the keys of a unique rule: \(error.reason)",
      place: error.file,
      remedy: "make room there, 64 bytes for each record and unique rule, and the folder writable")
  }
}
