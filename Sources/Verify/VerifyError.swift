public import Platform
public import Records

/// Why rows could not be compared.
public struct VerifyError: ReportableError {
  public enum Kind: String, Sendable, CaseIterable {
    /// A printed row has another number of fields than the layout has columns.
    case fields
    /// A temporary file of the comparison cannot be written or read.
    case spill
    /// A printed row does not end with a line feed, or ends within an escape.
    case row
    /// A record of the source is no JSON value, though the reader took it for one.
    case record
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

  public var code: String { "verify.\(kind.rawValue)" }

  public var exitStatus: ExitStatus {
    switch kind {
    case .fields: .schema
    case .row, .record: .integrity
    case .spill: .storage
    }
  }
}

extension VerifyError {
  /// - Parameter ordinal: the record's place in the source.
  public static func record(_ ordinal: Int64) -> VerifyError {
    VerifyError(
      .record, "the comparison cannot read record \(ordinal), which the reader took for JSON",
      remedy: "do not use the table; keep the source and report this")
  }

  static func fields(_ found: Int, of layout: TableLayout) -> VerifyError {
    VerifyError(
      .fields, "a row came back with \(found) fields instead of \(layout.columns.count)",
      place: "\(layout.schema).\(layout.table)", remedy: "check that the table's columns did not change during the run")
  }

  static func cutRow(of layout: TableLayout) -> VerifyError {
    VerifyError(
      .row, "a row came back incomplete", place: "\(layout.schema).\(layout.table)",
      remedy: "verify again; the connection may have been cut")
  }
}

extension VerifyError: FileFailure {
  public init(_ error: FileError) {
    self.init(
      .spill, "cannot \(error.action) a temporary file: \(error.reason)", place: error.file,
      remedy: "make room on that volume")
  }
}
