internal import JSONStream
internal import Records

extension ExtractError {
  /// What a stream of records failed with, as an error of `file`.
  init(_ failure: RecordStream.Failure, file: String) {
    switch failure {
    case .malformed(let fault, let location):
      let remedy = fault.remedy?.replacing("FILE", with: Self.word(file) ?? "FILE")
      self.init(Kind(fault), file: file, fault.description, at: location, remedy: remedy)
    case .tooLarge(let location):
      self.init(.tooLarge, file: file, "the record that begins here is larger than a record may be", at: location)
    case .encoding(let name):
      self.init(
        .encoding, file: file, "the text is \(name), not UTF-8",
        remedy: "convert it: "
          + (Self.word(file).map { "iconv -f \(name) -t UTF-8 \($0) > utf8.json" }
            ?? "… | iconv -f \(name) -t UTF-8 | sluice run …"))
    case .source(let error as ExtractError):
      self = error
    case .source(let error):
      self.init(.unreadable, file: file, "cannot be read: \(error)")
    }
  }

  private init(
    _ kind: Kind, file: String, _ message: String, at location: RecordStream.Location, remedy: String? = nil
  ) {
    self.init(
      kind, file: file, message, offset: location.offset, line: location.line, column: location.column,
      remedy: remedy)
  }

  /// What the first bytes of a source show it to be.
  init(_ foreign: ForeignFile, file: String) {
    self.init(.packed, file: file, "this is \(foreign.name)", remedy: foreign.remedy(Self.word(file)))
  }

  /// The file as a word of a command; nil for standard input.
  private static func word(_ file: String) -> String? { file == SourceFile.standardInput ? nil : file.asShellWord }
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
