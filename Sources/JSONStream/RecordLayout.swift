/// How records lie in a document.
public struct RecordLayout: Sendable, Hashable {
  public var form: Form
  /// The decoded reference tokens of the JSON Pointer of the array; empty for the document itself.
  public var path: [String]
  /// Objects and arrays may nest this deep.
  public var depthLimit: Int
  /// Of form `lines`: a line that holds no value is handed out as a malformed record, and reading goes on behind it.
  public var setsMalformedAside = false

  public enum Form: Sendable, Hashable {
    /// `[` at the start: an array; else values one after another, a line or more each. With a path: an array.
    case auto
    /// The elements of the array at the path.
    case array
    /// The elements of the array at the path, none of them an object or array.
    case scalars
    /// A value a line.
    case lines
    /// The document itself, an object.
    case object
    /// The document itself, any value.
    case document
  }

  public init(form: Form, path: [String] = [], depthLimit: Int = 1024) {
    self.form = form
    self.path = path
    self.depthLimit = depthLimit
  }
}
