#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

func systemMessage(_ number: Int32) -> String { String(cString: strerror(number)) }

/// The text of a small file, or of the last `limit` bytes of a large one; nil when it cannot be read.
func readText(_ path: String, last limit: Int = 1 << 20) -> String? {
  let descriptor = open(path, O_RDONLY | O_CLOEXEC)
  guard descriptor >= 0 else { return nil }
  defer { close(descriptor) }
  let size = Int(lseek(descriptor, 0, SEEK_END))
  _ = lseek(descriptor, off_t(max(0, size - limit)), SEEK_SET)
  var bytes = [UInt8](repeating: 0, count: min(max(size, 0), limit))
  let count = bytes.withUnsafeMutableBytes { read(descriptor, $0.baseAddress, $0.count) }
  return count < 0 ? nil : String(decoding: bytes.prefix(count), as: UTF8.self)
}

/// Writes a small file of ours: 0600, owned by `account`.
func writeText(_ text: String, to path: String, append: Bool = false, account: ServerAccount) throws(LocalServerError) {
  let flags = O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW | (append ? O_APPEND : O_TRUNC)
  let descriptor = open(path, flags, 0o600)
  guard descriptor >= 0 else { throw LocalServerError(.folder, "cannot write: \(systemMessage(errno))", place: path) }
  defer { close(descriptor) }
  let bytes = Array(text.utf8)
  let count = write(descriptor, bytes, bytes.count)
  guard count == bytes.count, fsync(descriptor) == 0, fchown(descriptor, account.uid, account.gid) == 0 else {
    throw LocalServerError(.folder, "cannot write: \(systemMessage(errno))", place: path)
  }
}

/// Makes a folder that only `account` (and root) can get into, with its parents. One that is there already must be
/// ours: in a folder for all somebody else may have been first.
func makePrivateFolder(_ path: String, account: ServerAccount) throws(LocalServerError) {
  var parent = ""
  for part in path.split(separator: "/").dropLast() {
    parent += "/\(part)"
    if mkdir(parent, 0o755) != 0 && errno != EEXIST {
      throw LocalServerError(.folder, "cannot make the folder: \(systemMessage(errno))", place: parent)
    }
  }
  if mkdir(path, 0o700) != 0 && errno != EEXIST {
    throw LocalServerError(.folder, "cannot make the folder: \(systemMessage(errno))", place: path)
  }
  var facts = stat()
  guard lstat(path, &facts) == 0, facts.st_mode & S_IFMT == S_IFDIR,
    facts.st_uid == account.uid || facts.st_uid == geteuid()
  else {
    throw LocalServerError(.notOurs, "this is no folder of ours", place: path, remedy: "remove it, or use another one")
  }
  guard chmod(path, 0o700) == 0, chown(path, account.uid, account.gid) == 0 else {
    throw LocalServerError(.folder, "cannot own the folder: \(systemMessage(errno))", place: path)
  }
}
