/// What every module's error type can tell a user: what failed, on which thing, why, and what to do next.
///
/// A message never holds a password or the content of a row; what may hold either belongs into `detail`, which is
/// printed at debug level only.
public protocol ReportableError: Error, CustomStringConvertible {
  /// A stable short name, `module.kind`, that `sluice explain` knows: `source.truncated`.
  var code: String { get }
  /// One sentence: what failed and why.
  var message: String { get }
  /// The thing it failed on: a file with offset, line and column; a table; a column.
  var place: String? { get }
  /// What the user can do about it.
  var remedy: String? { get }
  /// The error below this one, where there is one.
  var cause: (any Error)? { get }
  /// What may hold data of rows; for the debug log only.
  var detail: String? { get }
  /// The status the process ends with when this error ends it.
  var exitStatus: ExitStatus { get }
  /// The error as a person reads it, a line each; only a pipeline file has several.
  var lines: [String] { get }
}

extension ReportableError {
  public var place: String? { nil }
  public var remedy: String? { nil }
  public var cause: (any Error)? { nil }
  public var detail: String? { (cause as? any ReportableError)?.detail }

  public var lines: [String] { [description] }

  /// `place: message (remedy)`, with names as they are: whoever prints it makes them visible.
  public var description: String {
    var text = place.map { "\($0): " } ?? ""
    text += message
    if let remedy { text += " (\(remedy))" }
    return text
  }
}
