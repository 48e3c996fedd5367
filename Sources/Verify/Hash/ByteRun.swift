/// A run of bytes that somebody else owns, and how far beyond its end memory may be read.
///
/// Hot loops load 16 bytes at a time and cut off what is too much; near the end of the memory they go byte by byte.
struct ByteRun {
  var start: UnsafePointer<UInt8>
  var end: UnsafePointer<UInt8>
  /// One past the last byte that may be read; never before `end`.
  var readable: UnsafePointer<UInt8>

  @inline(__always) init(start: UnsafePointer<UInt8>, end: UnsafePointer<UInt8>, readable: UnsafePointer<UInt8>) {
    self.start = start
    self.end = end
    self.readable = readable
  }

  /// `bytes`, followed by `padding` bytes that may be read. Nil for a buffer without an address.
  @inline(__always) init?(_ bytes: UnsafeRawBufferPointer, padding: Int = 0) {
    guard let base = bytes.baseAddress else { return nil }
    start = base.assumingMemoryBound(to: UInt8.self)
    end = start + bytes.count
    readable = end + padding
  }

  @inline(__always) var count: Int { end - start }
  @inline(__always) var isEmpty: Bool { start == end }

  @inline(__always) var buffer: UnsafeBufferPointer<UInt8> { UnsafeBufferPointer(start: start, count: count) }

  /// The part from `lower` to before `upper`, which must lie within.
  @inline(__always) func part(_ lower: UnsafePointer<UInt8>, _ upper: UnsafePointer<UInt8>) -> ByteRun {
    ByteRun(start: lower, end: upper, readable: readable)
  }

  /// True when the bytes are those of `text`, letters in any case; `text` must be lower-case ASCII.
  func isLowercased(_ text: StaticString) -> Bool {
    guard count == text.utf8CodeUnitCount else { return false }
    for i in 0..<count where Self.lowercased(start[i]) != text.utf8Start[i] { return false }
    return true
  }

  @inline(__always) private static func lowercased(_ byte: UInt8) -> UInt8 {
    byte &- 0x41 < 26 ? byte | 0x20 : byte
  }

  /// Without white space at both ends, as `trim` and `coerce: lenient` understand it.
  func trimmed() -> ByteRun {
    var run = self
    while run.start < run.end, Self.isSpace(run.start.pointee) { run.start += 1 }
    while run.start < run.end, Self.isSpace(run.end[-1]) { run.end -= 1 }
    return run
  }

  /// Without blanks at the end: what `char(n)` compares.
  func withoutTrailingBlanks() -> ByteRun {
    var run = self
    while run.start < run.end, run.end[-1] == 0x20 { run.end -= 1 }
    return run
  }

  @inline(__always) private static func isSpace(_ byte: UInt8) -> Bool {
    byte == 0x20 || byte &- 0x09 < 5
  }
}

/// Two words: 16 bytes of a text, or marks of which of them matched.
struct BytePair {
  var x: UInt64
  var y: UInt64

  @inline(__always) init(_ x: UInt64, _ y: UInt64) {
    self.x = x
    self.y = y
  }

  /// The 16 bytes at `place`, all of which must be readable.
  @inline(__always) init(at place: UnsafePointer<UInt8>) {
    let raw = UnsafeRawPointer(place)
    x = UInt64(littleEndian: raw.loadUnaligned(as: UInt64.self))
    y = UInt64(littleEndian: raw.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
  }

  /// The `count` bytes (0 to 16) at `place`, then zeros. Reads 16 bytes where `run` allows, and only those it must else.
  @inline(__always) init(_ count: Int, at place: UnsafePointer<UInt8>, of run: ByteRun) {
    if run.readable - place >= 16 {
      self.init(at: place)
      let bits = UInt64(truncatingIfNeeded: count &* 8)
      x &= count >= 8 ? ~0 : (1 &<< bits) &- 1
      y &= count >= 16 ? ~0 : count < 8 ? 0 : (1 &<< (bits &- 64)) &- 1
    } else {
      self.init(bytewise: count, at: place)
    }
  }

  @inline(never) private init(bytewise count: Int, at place: UnsafePointer<UInt8>) {
    x = 0
    y = 0
    for i in 0..<min(count, 8) { x |= UInt64(place[i]) &<< UInt64(8 &* i) }
    for i in 8..<max(count, 8) { y |= UInt64(place[i]) &<< UInt64(8 &* i &- 64) }
  }
}
