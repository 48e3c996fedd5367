public import Records

/// What is wrong with a source: it cannot be read, it is not what it says, or it is not the same any more.
///
/// `message` and `place` hold no content of a record.
public struct ExtractError: ReportableError, Hashable {
  public enum Kind: String, Sendable, CaseIterable {
    /// Nothing lies at the path.
    case missing
    /// It cannot be opened or read: permissions, or the disk.
    case unreadable
    /// A directory, a device or a socket.
    case notAFile
    /// A symbolic link leads out of the source's directory.
    case outside
    /// Written to, replaced or removed since it was opened.
    case changed
    /// It ends inside something: a document, a string, a compressed frame.
    case truncated
    /// Not JSON, or not in the form the pipeline says.
    case malformed
    /// The compressed data is not what was compressed, or something else follows it.
    case damaged
    /// Unpacking it would need more memory than is allowed.
    case window
    /// An archive, or compressed in a way that is not read here.
    case packed
    /// UTF-16 or UTF-32.
    case encoding
    /// A record is over the limit.
    case tooLarge
    /// The pointer leads to no array of records, or to two.
    case pointer
    /// Nothing but white space.
    case empty
    /// A stage file holds what is no record, or not where it says.
    case staged
  }

  public var kind: Kind
  /// The path as the pipeline gives it.
  public var file: String
  /// The first byte that is wrong, counted from 0: in the unpacked source, or, for `damaged` and `window`, in the file.
  public var offset: Int64?
  /// Counted from 1.
  public var line: Int64?
  /// In bytes, counted from 1.
  public var column: Int64?
  public var message: String
  public var remedy: String?

  /// - Parameter remedy: nil: what usually helps against this kind.
  public init(
    _ kind: Kind, file: String, _ message: String, offset: Int64? = nil, line: Int64? = nil, column: Int64? = nil,
    remedy: String? = nil
  ) {
    self.kind = kind
    self.file = file
    self.offset = offset
    self.line = line
    self.column = column
    self.message = message
    self.remedy = remedy ?? kind.remedy
  }

  public var code: String { "source.\(kind.rawValue)" }
  public var exitStatus: ExitStatus { kind == .staged ? .storage : .source }

  /// `events.json, byte 17 (line 2, column 5)`; `standard input`
  public var place: String? {
    var text = file == SourceFile.standardInput ? "standard input" : file
    if let offset { text += ", byte \(offset)" }
    if let line, let column { text += " (line \(line), column \(column))" }
    return text
  }
}

extension ExtractError.Kind {
  fileprivate var remedy: String? {
    switch self {
    case .missing: "correct the file's name or the source's directory; `optional: true` allows a missing file"
    case .unreadable: "check permissions and the disk"
    case .outside: "copy the file into source.directory, or name the directory in which it lies"
    case .notAFile: "give a file, a named pipe, or - for standard input"
    case .changed: "wait until nothing writes to it, then start a new run"
    case .truncated: "fetch the file again: its end is missing"
    case .malformed: "correct the source at this place"
    case .damaged: "fetch the file again, or compress it again from its origin"
    case .window: "unpack it first with `zstd -d --long=31`, or compress it without --long"
    case .packed: "unpack it first"
    case .encoding: "convert it to UTF-8"
    case .tooLarge:
      "where the file wraps its records in an object, name their array with `at`; else --max-record-bytes allows more"
    case .pointer: "set `at` to the JSON Pointer of the array of records"
    case .empty: "an array without records is written []"
    case .staged: "make the stage file again with `sluice extract`"
    }
  }
}
