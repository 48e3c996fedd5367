import Records

/// A container that is open while its members are absorbed: what has to be gone back to when it closes.
struct JSONFrame: BitwiseCopyable {
  /// The hash of what the container is a part of.
  var outer: DigestHash
  /// The sum of the members' digests so far; of an object only.
  var sum: RowDigest
  var count: UInt64
  var isObject: Bool
}

/// The open containers that enclose the one being read; as deep as the deepest value so far needed.
final class JSONFrames {
  /// Deeper values than this count as unreadable. PostgreSQL itself stops at some 6,000 with its standard settings.
  static let maximumDepth = 65_536

  private(set) var base: UnsafeMutablePointer<JSONFrame>
  private var capacity = 64

  init() { base = .allocate(capacity: capacity) }
  deinit { base.deallocate() }

  /// Room for one more than `count` frames, whose content is kept; nil where that is too deep.
  @inline(__always) func room(after count: Int) -> UnsafeMutablePointer<JSONFrame>? {
    if count >= capacity, !grow(keeping: count) { return nil }
    return base
  }

  @inline(never) private func grow(keeping count: Int) -> Bool {
    guard count < Self.maximumDepth else { return false }
    let larger = UnsafeMutablePointer<JSONFrame>.allocate(capacity: capacity * 2)
    larger.update(from: base, count: count)
    base.deallocate()
    base = larger
    capacity *= 2
    return true
  }
}
