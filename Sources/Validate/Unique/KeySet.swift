/// The keys met so far and where each was met first, in memory that hardly grows with their number.
///
/// Keys gather in a table; a full table becomes a sorted file, and eight files of a size become one. A new key is
/// looked for in the table and then in those files whose Bloom filter says "perhaps", so that a repetition is known
/// the moment it occurs.
///
/// Memory for N keys: the table's limit, plus 1.375 bytes a key for filters and fences, of which those being merged
/// are held twice, plus 0.6 MiB of buffers. With the default table, 10 million keys take 16 MiB + 13 MiB, 100 million
/// 16 MiB + 131 MiB. Disk: 32 bytes a key, twice that while files are merged. The files have no name and vanish with
/// the set or the process.
///
/// One owner at a time; not thread-safe.
public final class KeySet {
  /// A record's place in the source.
  public struct Place: Sendable, Hashable {
    /// Counted from 0.
    public var ordinal: Int64
    /// Its first byte.
    public var offset: Int64

    public init(ordinal: Int64, offset: Int64) {
      self.ordinal = ordinal
      self.offset = offset
    }
  }

  public static let defaultTableMemory = 16 << 20
  private static let fanIn = 8

  private let folder: String
  private var table: KeyTable
  private var runs: [KeyRun] = []
  private let block: UnsafeMutableBufferPointer<KeyEntry>
  /// Keys held.
  public private(set) var count = 0

  /// Spills to nameless files in `folder`, which must exist by the time the table, of `tableMemory` bytes, is full.
  public init(folder: String, tableMemory: Int = KeySet.defaultTableMemory) {
    self.folder = folder
    self.table = KeyTable(memory: tableMemory)
    self.block = .allocate(capacity: KeyRun.blockEntries)
  }

  deinit { block.deallocate() }

  /// Remembers a key, unless it was met before: then says where it was met first.
  ///
  /// `hash` must be spread evenly, as `KeyHasher` does it.
  /// - Throws: `ValidateError`; `CancellationError` when the task is cancelled while files are merged.
  public func insert(_ hash: KeyHash, at place: Place) throws -> Place? {
    if let earlier = table.find(hash) { return earlier }
    for run in runs {
      if let earlier = try run.find(hash, block: block) { return earlier }
    }
    if case .full = table.insert(hash, at: place) {
      try spill()
      _ = table.insert(hash, at: place)
    }
    count += 1
    return nil
  }

  /// Files in use.
  public var spilledRuns: Int { runs.count }

  /// Bytes held in memory now.
  public var memory: Int {
    table.memory + block.count * KeyEntry.size + runs.reduce(0) { $0 + KeyRun.memory(keys: $1.count) }
  }

  private func spill() throws {
    let entries = table.sorted()
    let writer = try KeyRunWriter(folder: folder, keys: entries.count)
    for entry in entries { try writer.append(entry) }
    runs.append(try writer.finish(level: 0))
    table.removeAll()
    var level = 0
    while case let peers = runs.filter({ $0.level == level }), peers.count >= Self.fanIn {
      let merged = try KeyRun.merge(peers, folder: folder, level: level + 1)
      runs.removeAll { $0.level == level }
      runs.append(merged)
      level += 1
    }
  }
}
