#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

func systemMessage(_ number: Int32) -> String { String(cString: strerror(number)) }

/// The next `limit` bytes of a descriptor, or what there is before its end; nil when it cannot be read.
func readText(from descriptor: Int32, limit: Int = 64 << 10) -> String? {
  var bytes = [UInt8](repeating: 0, count: limit)
  var count = 0
  while count < limit {
    let start = count
    let more = bytes.withUnsafeMutableBytes { read(descriptor, $0.baseAddress.map { $0 + start }, limit - start) }
    if more < 0 && errno == EINTR { continue }
    if more < 0 { return nil }
    if more == 0 { break }
    count += more
  }
  return String(decoding: bytes.prefix(count), as: UTF8.self)
}

/// - Returns: whether all of a small text was written.
func writeText(_ text: String, to descriptor: Int32) -> Bool {
  let bytes = Array(text.utf8)
  return write(descriptor, bytes, bytes.count) == bytes.count
}

/// The names in a folder, `.` and `..` among them; none where it cannot be read.
func names(in folder: String) -> [String] {
  guard let directory = opendir(folder) else { return [] }
  defer { closedir(directory) }
  var names: [String] = []
  while let entry = readdir(directory) {
    let name = withUnsafePointer(to: &entry.pointee.d_name) {
      $0.withMemoryRebound(to: CChar.self, capacity: MemoryLayout.size(ofValue: entry.pointee.d_name)) {
        String(cString: $0)
      }
    }
    names.append(name)
  }
  return names
}
