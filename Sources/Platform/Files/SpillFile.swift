internal import SystemPackage

/// A file without a name: made for this process alone (0600), unlinked at once, gone with the last reference to it,
/// however the process ends.
public final class SpillFile<Failure: FileFailure>: Sendable {
  private let file: Descriptor<Failure>

  /// - Parameter folder: where its bytes lie; messages call the file by it.
  public init(in folder: String) throws(Failure) {
    var random = SystemRandomNumberGenerator()
    let path = "\(folder)/.spill-\(String(random.next(), radix: 16)).tmp"
    let opened = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard opened >= 0 else { throw Failure(FileError(.writing, "make", folder, .last)) }
    file = Descriptor(raw: opened, name: folder)
    guard unlink(path) == 0 else { throw Failure(FileError(.writing, "unlink", folder, .last)) }
  }

  public func write(_ bytes: UnsafeRawBufferPointer, at offset: Int) throws(Failure) {
    try file.write(bytes, at: Int64(offset))
  }

  /// Fills the buffer with bytes that were written before.
  public func read(into bytes: UnsafeMutableRawBufferPointer, at offset: Int) throws(Failure) {
    guard try file.read(into: bytes, at: Int64(offset)) == bytes.count else {
      throw Failure(FileError(.reading, "read", file.name, .ioError))
    }
  }
}

/// Where files go that are needed for a moment: `$TMPDIR`, else `/tmp`.
public func temporaryFolder(environment: [String: String]) -> String {
  environment["TMPDIR"].flatMap { $0.isEmpty ? nil : $0 } ?? "/tmp"
}
