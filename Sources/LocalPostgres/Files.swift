#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

func systemMessage(_ number: Int32) -> String { String(cString: strerror(number)) }

/// The text of a small file, or of the last `limit` bytes of a large one; nil when it cannot be read.
func readText(_ path: String, last limit: Int = 64 << 10) -> String? {
  let descriptor = open(path, O_RDONLY | O_CLOEXEC)
  guard descriptor >= 0 else { return nil }
  defer { close(descriptor) }
  // A file of /proc has no size, and is read from its start.
  _ = lseek(descriptor, max(0, lseek(descriptor, 0, SEEK_END) - off_t(limit)), SEEK_SET)
  var bytes = [UInt8](repeating: 0, count: limit)
  var count = 0
  while count < limit {
    let start = count
    let more = bytes.withUnsafeMutableBytes { read(descriptor, $0.baseAddress.map { $0 + start }, limit - start) }
    if more < 0 { return nil }
    if more == 0 { break }
    count += more
  }
  return String(decoding: bytes.prefix(count), as: UTF8.self)
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
  let folder = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
  defer { if folder >= 0 { close(folder) } }
  var facts = stat()
  guard folder >= 0, fstat(folder, &facts) == 0, facts.st_uid == account.uid || facts.st_uid == geteuid() else {
    throw LocalServerError(.notOurs, "this is no folder of ours", place: path, remedy: "remove it, or use another one")
  }
  guard fchmod(folder, 0o700) == 0, fchown(folder, account.uid, account.gid) == 0 else {
    throw LocalServerError(.folder, "cannot own the folder: \(systemMessage(errno))", place: path)
  }
}
