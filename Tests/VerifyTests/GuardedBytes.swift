import Platform

/// Bytes that end where memory does: one byte read beyond them stops the test.
struct GuardedBytes {
  private let bytes: [UInt8]
  private let padding: Int

  init(_ bytes: [UInt8], padding: Int = 0) {
    self.bytes = bytes
    self.padding = padding
  }

  /// Calls `body` with the bytes and their padding, which is zero.
  func with<R>(_ body: (UnsafeRawBufferPointer) throws -> R) rethrows -> R {
    let page = Int(getpagesize())
    let count = bytes.count + padding
    let size = (count + page - 1) / page * page
    let memory = mmap(nil, size + page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
    guard let memory, memory != MAP_FAILED else { return try bytes.withUnsafeBytes(body) }
    defer { munmap(memory, size + page) }
    mprotect(memory + size, page, PROT_NONE)
    let start = memory + (size - count)
    bytes.withUnsafeBytes { source in
      if let base = source.baseAddress { start.copyMemory(from: base, byteCount: source.count) }
    }
    return try body(UnsafeRawBufferPointer(start: start, count: count))
  }
}
