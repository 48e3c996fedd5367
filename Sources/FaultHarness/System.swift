import Glibc

func systemMessage(_ number: Int32 = errno) -> String { String(cString: strerror(number)) }

/// The bytes of a file; nil when it cannot be read.
func readBytes(_ path: String) -> [UInt8]? {
  let descriptor = open(path, O_RDONLY | O_CLOEXEC)
  guard descriptor >= 0 else { return nil }
  defer { close(descriptor) }
  var bytes: [UInt8] = []
  var piece = [UInt8](repeating: 0, count: 256 << 10)
  while true {
    let count = read(descriptor, &piece, piece.count)
    if count < 0 { return nil }
    if count == 0 { return bytes }
    bytes += piece[..<count]
  }
}

func readText(_ path: String) -> String? { readBytes(path).map { String(decoding: $0, as: UTF8.self) } }

/// Replaces a file's content, in place.
func writeBytes(_ bytes: [UInt8], to path: String) throws {
  let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
  guard descriptor >= 0 else { throw HarnessError.system("cannot write \(path)") }
  defer { close(descriptor) }
  var done = 0
  while done < bytes.count {
    let count = bytes[done...].withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
    guard count > 0 else { throw HarnessError.system("cannot write \(path)") }
    done += count
  }
}

func writeText(_ text: String, to path: String) throws { try writeBytes(Array(text.utf8), to: path) }

/// Makes a folder that is not there yet.
func makeFolder(_ path: String, mode: mode_t = 0o755) throws {
  guard mkdir(path, mode) == 0 || errno == EEXIST else { throw HarnessError.system("cannot make \(path)") }
}

/// The names in a folder; none when it is not there.
func entries(of folder: String) -> [String] {
  guard let directory = opendir(folder) else { return [] }
  defer { closedir(directory) }
  var names: [String] = []
  while let entry = readdir(directory) {
    let name = withUnsafePointer(to: &entry.pointee.d_name) {
      $0.withMemoryRebound(to: CChar.self, capacity: MemoryLayout.size(ofValue: entry.pointee.d_name)) {
        String(cString: $0)
      }
    }
    if name != "." && name != ".." { names.append(name) }
  }
  return names.sorted()
}

/// The paths of all regular files in a folder and beneath it.
func files(under folder: String) -> [String] {
  entries(of: folder).flatMap { name -> [String] in
    let path = "\(folder)/\(name)"
    var facts = stat()
    guard lstat(path, &facts) == 0 else { return [] }
    if facts.st_mode & S_IFMT == S_IFDIR { return files(under: path) }
    return facts.st_mode & S_IFMT == S_IFREG ? [path] : []
  }
}

/// Where a program of the system is, in the folders that hold such programs.
func program(_ name: String) -> String? {
  ["/usr/bin", "/usr/sbin", "/bin", "/sbin", "/usr/local/bin"].map { "\($0)/\(name)" }.first { access($0, X_OK) == 0 }
}

func pause(_ duration: Duration) {
  let parts = duration.components
  guard parts.seconds >= 0, parts.attoseconds >= 0 else { return }
  var left = timespec(tv_sec: Int(parts.seconds), tv_nsec: Int(parts.attoseconds / 1_000_000_000))
  var time = left
  while nanosleep(&time, &left) != 0 && errno == EINTR { time = left }
}
