#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// A file without a name: made for this process alone (0600), unlinked at once, gone with the last reference to it,
/// however the process ends.
final class SpillFile {
  private let descriptor: Int32
  private let folder: String

  init(folder: String) throws(ValidateError) {
    var random = SystemRandomNumberGenerator()
    let path = "\(folder)/.keys-\(String(random.next(), radix: 16)).tmp"
    let opened = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard opened >= 0 else { throw Self.failure("make", folder, errno) }
    descriptor = opened
    self.folder = folder
    guard unlink(path) == 0 else { throw Self.failure("unlink", folder, errno) }
  }

  deinit { close(descriptor) }

  func write(_ bytes: UnsafeRawBufferPointer, at offset: Int) throws(ValidateError) {
    var done = 0
    while done < bytes.count {
      let part = UnsafeRawBufferPointer(rebasing: bytes[done...])
      let written = pwrite(descriptor, part.baseAddress, part.count, off_t(offset + done))
      if written < 0, errno == EINTR { continue }
      guard written > 0 else { throw Self.failure("write", folder, written < 0 ? errno : 0) }
      done += written
    }
  }

  func read(into bytes: UnsafeMutableRawBufferPointer, at offset: Int) throws(ValidateError) {
    var done = 0
    while done < bytes.count {
      let part = UnsafeMutableRawBufferPointer(rebasing: bytes[done...])
      let length = pread(descriptor, part.baseAddress, part.count, off_t(offset + done))
      if length < 0, errno == EINTR { continue }
      guard length > 0 else { throw Self.failure("read", folder, length < 0 ? errno : 0) }
      done += length
    }
  }

  private static func failure(_ verb: String, _ folder: String, _ code: Int32) -> ValidateError {
    let reason = code == 0 ? "unexpected end" : String(cString: strerror(code))
    return ValidateError(
      .spill, "cannot \(verb) the file that keeps the keys of a unique rule: \(reason)", place: folder,
      remedy: "make room there, 64 bytes for each record and unique rule, and the folder writable")
  }
}
