#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

extension Descriptor {
  /// The names in this folder without `.` and `..`, in the order of their bytes.
  borrowing func entries() throws(ArchiveError) -> [[UInt8]] {
    // A descriptor of its own: reading moves the position, and closedir closes it.
    let own = openat(raw, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard own >= 0, let stream = fdopendir(own) else { throw .system(.read, "list", file: name) }
    defer { closedir(stream) }
    var names: [[UInt8]] = []
    while true {
      errno = 0
      guard let entry = readdir(stream) else { break }
      let bytes = withUnsafeBytes(of: &entry.pointee.d_name) { Array($0.prefix { $0 != 0 }) }
      if bytes != [UInt8(ascii: ".")], bytes != Array("..".utf8) { names.append(bytes) }
    }
    guard errno == 0 else { throw .system(.read, "list", file: name) }
    return names.sorted { $0.lexicographicallyPrecedes($1) }
  }
}
