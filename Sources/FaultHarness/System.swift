import Platform

/// The bytes of a file; nil when it cannot be read.
func readBytes(_ path: String) -> [UInt8]? {
  try? Descriptor<HarnessError>(opening: path, O_RDONLY).contents(upTo: .max)
}

func readText(_ path: String) -> String? { readBytes(path).map { String(decoding: $0, as: UTF8.self) } }

/// Replaces a file's content, in place.
func writeBytes(_ bytes: [UInt8], to path: String) throws {
  try openForWriting(path, O_TRUNC).write(bytes)
}

/// Makes the file where it is missing.
func openForWriting(_ path: String, _ flags: Int32 = 0) throws(HarnessError) -> Descriptor<HarnessError> {
  try Descriptor(
    path, in: .workingFolder, O_WRONLY | O_CREAT | flags, mode: 0o600, name: path, "write", for: .writing)
}

func writeText(_ text: String, to path: String) throws { try writeBytes(Array(text.utf8), to: path) }

/// Makes a folder that is not there yet.
func makeFolder(_ path: String, mode: mode_t = 0o755) throws {
  guard mkdir(path, mode) == 0 || errno == EEXIST else { throw HarnessError.system("cannot make \(path)") }
}

/// The names in a folder; none when it is not there.
func entries(of folder: String) -> [String] {
  let names = (try? Descriptor<HarnessError>(folder: folder).entries()) ?? []
  return names.map { String(decoding: $0, as: UTF8.self) }
}

/// The paths of all regular files in a folder and beneath it.
func files(under folder: String) -> [String] {
  entries(of: folder).flatMap { name -> [String] in
    let path = "\(folder)/\(name)"
    guard let status = try? FileStatus(at: path, followingLinks: false) else { return [] }
    if status.isFolder { return files(under: path) }
    return status.isFile ? [path] : []
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
