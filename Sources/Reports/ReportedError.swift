internal import Records

/// An error as a report shows it: without the content of a row, but for the key that a constraint refuses and what of a date does
/// not exist.
public struct ReportedError: Sendable, Codable, Hashable {
  public var code: String
  public var message: String
  public var place: String?
  public var remedy: String?
}

extension ReportedError: CustomStringConvertible {
  /// What failed, on which thing.
  public var sentence: String { (place.map { "\($0): " } ?? "") + message }

  /// `place: message (remedy)`
  public var description: String { sentence + (remedy.map { " (\($0))" } ?? "") }

  public init(_ error: any Error) {
    if let error = error as? any ReportableError {
      self.init(code: error.code, message: error.message, place: error.place, remedy: error.remedy)
    } else {
      self.init(code: "run.failure", message: "\(error)", place: nil, remedy: nil)
    }
  }
}
