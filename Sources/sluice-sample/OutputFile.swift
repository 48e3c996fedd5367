import Platform

/// The file, or standard output for `-`, that the events go to.
struct OutputFile: ~Copyable {
  private var file: Descriptor<OutputError>

  /// Creates the file, or empties it.
  init(path: String) throws(OutputError) {
    file =
      path == "-"
      ? Descriptor(raw: STDOUT_FILENO, name: path)
      : try Descriptor(
        path, in: .workingFolder, O_WRONLY | O_CREAT | O_TRUNC, mode: 0o644, name: path, for: .writing)
  }

  /// Writes all of `bytes`.
  func append(_ bytes: UnsafeRawBufferPointer) throws(OutputError) { try file.write(bytes) }

  /// Closes the file: a full disk may be reported only here.
  mutating func finish() throws(OutputError) { try file.close() }
}

struct OutputError: FileFailure, CustomStringConvertible {
  private let error: FileError

  init(_ error: FileError) { self.error = error }

  var description: String { "cannot write \(error.file): \(error.reason)" }
}
