import Platform

/// A text file of a run folder, written line by line: `<name>.partial`, mode 0600, until `finish`.
///
/// One owner at a time, whose thread it may block.
public final class LineFile {
  private var output: PartialFile
  private let name: String
  private var buffer: [UInt8] = []

  private static let bufferBytes = 64 << 10

  /// Creates `<name>.partial` and the folders above it.
  public init(in folder: RunFolder, name: String, existing: Existing = .refuse) throws(ArchiveError) {
    self.name = name
    output = try folder.createFile(FileName(name), existing: existing)
  }

  /// Adds a line; `line` has no line feed.
  public func append(_ line: [UInt8]) throws(ArchiveError) {
    buffer += line
    buffer.append(0x0A)
    if buffer.count >= Self.bufferBytes { try flush() }
  }

  /// Syncs the file and gives it its name.
  public func finish() throws(ArchiveError) {
    try flush()
    try output.publish()
  }

  private func flush() throws(ArchiveError) {
    let bytes = buffer
    buffer.removeAll(keepingCapacity: true)
    try bytes.withUnsafeBufferPointer { (bytes) throws(ArchiveError) in
      try output.file.write(UnsafeRawBufferPointer(bytes))
    }
  }
}
