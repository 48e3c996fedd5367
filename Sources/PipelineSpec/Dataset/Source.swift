/// Where a dataset's records are, and how they are written: all that extract knows of a dataset.
public struct Source: Sendable, Hashable {
  /// `from.file`, as an absolute path, or `-` for standard input.
  public var file: String
  /// `source.directory`, which no symbolic link on the way to the file may lead out of; nil: they may lead anywhere.
  public var directory: String?
  public var format = Format.auto
  /// `from.at`: where the array of records lies; the root pointer for the document itself.
  public var at = JSONPointer.root
  /// `optional`, of the dataset or of its `from`: a missing file is an empty dataset.
  public var isOptional = false

  public enum Format: String, Sendable, CaseIterable, Codable { case auto, array, ndjson, object, strings }

  public init(file: String, directory: String? = nil) {
    self.file = file
    self.directory = directory
  }
}
