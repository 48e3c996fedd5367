import Platform

/// Where a stage file goes: into the run's folder, to a path, or to a file descriptor.
///
/// A file has its name only once it is complete and synced; a pipe's reader knows the end by the file's foot.
public struct StageOutput: ~Copyable {
  /// What messages call it.
  public let name: String
  private var file: PartialFile?
  private var stream: Descriptor?

  private init(name: String, file: consuming PartialFile?, stream: consuming Descriptor?) {
    self.name = name
    self.file = file
    self.stream = stream
  }

  /// `name` in the run's folder. A file of an earlier try is replaced when this one is complete.
  public static func file(_ name: String, in folder: RunFolder) throws(ArchiveError) -> StageOutput {
    StageOutput(name: name, file: try folder.createFile(FileName(name), existing: .replace), stream: nil)
  }

  /// A file of the user's, which must not be there yet.
  public static func path(_ path: String) throws(ArchiveError) -> StageOutput {
    StageOutput(name: path, file: try PartialFile(path: path, existing: .refuse), stream: nil)
  }

  /// A pipe or standard output, which stays open.
  public static func descriptor(_ raw: Int32, name: String) throws(ArchiveError) -> StageOutput {
    StageOutput(name: name, file: nil, stream: try Descriptor(duplicating: raw, name: name))
  }

  mutating func write(_ bytes: UnsafeRawBufferPointer) throws(ArchiveError) {
    try file?.file.write(bytes)
    try stream?.write(bytes)
  }

  mutating func publish() throws(ArchiveError) {
    try file?.publish()
    try stream?.close()
  }

  /// Removes what was written, where that can be.
  mutating func discard() { file?.discard() }
}
