/// Memory that one digest keeps from row to row, so that a row costs no allocation.
final class Scratch {
  /// A printed field without its COPY escapes, or a source string with its escapes decoded.
  let field = GrowingBytes()
  /// An array's element, likewise.
  let element = GrowingBytes()
  /// A string inside JSON without its escapes; the bytes that a bytea's text stands for.
  let string = GrowingBytes()
  /// The digits of a long decimal.
  let digits = GrowingBytes()
  let frames = JSONFrames()
}

/// Bytes that are written anew for every value; always followed by 16 readable ones.
final class GrowingBytes {
  private(set) var start: UnsafeMutablePointer<UInt8>
  private var capacity = 512

  init() {
    start = .allocate(capacity: capacity + 16)
    start.initialize(repeating: 0, count: capacity + 16)
  }

  /// Bytes that stay.
  convenience init(_ bytes: [UInt8]) {
    self.init()
    room(for: bytes.count).update(from: bytes, count: bytes.count)
  }

  deinit { start.deallocate() }

  /// Room for `count` bytes. What was written before is lost.
  @inline(__always) func room(for count: Int) -> UnsafeMutablePointer<UInt8> {
    if count > capacity { grow(to: count) }
    return start
  }

  @inline(never) private func grow(to count: Int) {
    start.deallocate()
    capacity = max(count, capacity * 2)
    start = .allocate(capacity: capacity + 16)
    start.initialize(repeating: 0, count: capacity + 16)
  }

  /// The first `count` bytes.
  @inline(__always) func run(_ count: Int) -> ByteRun {
    ByteRun(start: start, end: start + count, readable: start + capacity + 16)
  }
}
