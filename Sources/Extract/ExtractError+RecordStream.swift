internal import JSONStream

extension ExtractError {
  /// What a stream of records failed with, as an error of `file`.
  init(_ failure: RecordStream.Failure, file: String) {
    switch failure {
    case .malformed(let fault, let location):
      self.init(Kind(fault), file: file, fault.description, at: location)
    case .tooLarge(let location):
      self.init(.tooLarge, file: file, "the record that begins here is larger than a record may be", at: location)
    case .encoding(let name):
      self.init(
        .encoding, file: file, "the text is \(name), not UTF-8",
        remedy: "convert it: iconv -f \(name) -t UTF-8")
    case .source(let error as ExtractError):
      self = error
    case .source(let error):
      self.init(.unreadable, file: file, "cannot be read: \(error)")
    }
  }

  private init(_ kind: Kind, file: String, _ message: String, at location: RecordStream.Location) {
    self.init(
      kind, file: file, message, offset: location.offset, line: location.line, column: location.column)
  }
}

extension ExtractError.Kind {
  fileprivate init(_ fault: JSONFault.Kind) {
    self =
      switch fault {
      case .truncated: .truncated
      case .empty: .empty
      case .noArray, .ambiguous: .pointer
      default: .malformed
      }
  }
}
