import Synchronization

/// Buffers that circulate: what one stage releases, another one takes, and the system has no new pages to clear.
///
/// Taking never waits: where no buffer is idle, memory is allocated. What comes back is kept as long as all buffers, in
/// use and idle, have at most `limit` bytes together; else it is freed.
public final class BufferPool: Sendable {
  private struct State: Sendable {
    var idle: [MemoryBlock] = []
    /// Bytes of all blocks, in use and idle.
    var total = 0

    /// A block of at least so many bytes and at most twice as many; of several the last that came back.
    mutating func take(_ bytes: Int) -> MemoryBlock? {
      let fitting = idle.lastIndex { $0.count >= bytes && $0.count / 2 <= bytes }
      return fitting.map { idle.remove(at: $0) }
    }

    /// Takes idle blocks out, the longest idle first, until `total` is at most `most`.
    mutating func shrink(to most: Int) -> ArraySlice<MemoryBlock> {
      var count = 0
      while total > most, count < idle.count {
        total -= idle[count].count
        count += 1
      }
      defer { idle.removeFirst(count) }
      return idle[..<count]
    }
  }

  private let state = Mutex(State())
  private let limit: Int

  /// - Parameter limit: bytes; 0 for a pool that keeps nothing.
  public init(limit: Int) { self.limit = limit }

  deinit { for block in state.withLock(\.idle) { block.free() } }

  /// A buffer of at least so many bytes, of any content.
  public func take(_ bytes: Int) -> Buffer {
    let size = Self.rounded(bytes)
    let (found, freed) = state.withLock { state -> (MemoryBlock?, ArraySlice<MemoryBlock>) in
      if let block = state.take(size) { return (block, []) }
      state.total += size
      return (nil, state.shrink(to: limit))
    }
    for block in freed { block.free() }
    return Buffer(found ?? MemoryBlock(bytes: size), of: self)
  }

  /// Bytes of all its buffers, in use and idle.
  var total: Int { state.withLock(\.total) }

  func takeBack(_ block: MemoryBlock) {
    let isKept = state.withLock { state in
      guard state.total <= limit else {
        state.total -= block.count
        return false
      }
      state.idle.append(block)
      return true
    }
    if !isKept { block.free() }
  }

  /// To an eighth, so that buffers for nearly as many bytes are of one size.
  private static func rounded(_ bytes: Int) -> Int {
    let grain = max(64, 1 << max(0, bytes.bitWidth - bytes.leadingZeroBitCount - 4))
    return (max(bytes, 1) + grain - 1) / grain * grain
  }
}
