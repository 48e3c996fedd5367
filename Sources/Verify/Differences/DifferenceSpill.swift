internal import Platform
public import Records
internal import Synchronization

/// The sides of a comparison.
public enum Side: UInt8, Sendable {
  /// What the source says.
  case expected
  /// What the table has.
  case actual
  /// Rows of the table that nobody knows the origin of: they may be the expected ones, written again by others since.
  case foreign
}

/// The rows of the buckets that differ, from both sides, by partitions on disk, until they are compared key by key.
///
/// Memory is a buffer a partition and, while comparing, one partition. Safe to fill from several tasks.
public final class DifferenceSpill: Sendable {
  /// Side, key and row of one row on disk.
  private static let entryBytes = 33
  private static let bufferBytes = entryBytes * 256
  private static let rowsPerPartition: Int64 = 100_000
  private static let mostPartitions = 1024

  private struct Partition {
    var buffer: [UInt8] = []
    var flushed = 0
  }

  private let partitions: Mutex<[Partition]>
  private let count: Int
  private let buckets: Set<Int>
  private let files: [SpillFile<VerifyError>]

  /// - Parameters:
  ///   - buckets: those that differ.
  ///   - rows: how many rows both sides have in them.
  ///   - folder: where the temporary files lie; they are unlinked as soon as they are open.
  public init(buckets: Set<Int>, rows: Int64, folder: String) throws(VerifyError) {
    self.buckets = buckets
    count = Int(min(Int64(Self.mostPartitions), max(1, rows / Self.rowsPerPartition)))
    partitions = Mutex([Partition](repeating: Partition(), count: count))
    var files: [SpillFile<VerifyError>] = []
    for _ in 0..<count { files.append(try SpillFile(in: folder)) }
    self.files = files
  }

  /// Notes a row, when its bucket differs.
  public func add(_ side: Side, key: RowDigest, row: RowDigest) throws(VerifyError) {
    guard buckets.contains(BucketSums.bucket(of: key)) else { return }
    let place = Int(key.low % UInt64(count))
    try partitions.withLock { partitions throws(VerifyError) in
      partitions[place].buffer.append(side.rawValue)
      for word in [key.high, key.low, row.high, row.low] {
        withUnsafeBytes(of: word.bigEndian) { partitions[place].buffer += $0 }
      }
      if partitions[place].buffer.count >= Self.bufferBytes { try flush(&partitions[place], files[place]) }
    }
  }

  /// Compares both sides.
  /// - Parameters:
  ///   - hasKey: whether keys are keys: else each row is its own, and nothing is `changed`.
  ///   - most: how many differences to list; all are counted.
  ///   - listsExtra: whether rows that only the table has are listed.
  /// - Throws: `VerifyError`; `CancellationError` when the task is cancelled.
  public func compare(hasKey: Bool, listing most: Int, listsExtra: Bool) throws -> FoundDifferences {
    var found = FoundDifferences(most: most, listsExtra: listsExtra)
    for place in 0..<count {
      try Task.checkCancellation()
      let entries = try partitions.withLock { partitions throws(VerifyError) in
        try flush(&partitions[place], files[place])
        return try read(partitions[place].flushed, files[place])
      }
      compare(entries, hasKey: hasKey, &found)
    }
    return found
  }

  private struct Entry {
    var side: Side
    var key: RowDigest
    var row: RowDigest
  }

  private func compare(_ entries: [Entry], hasKey: Bool, _ found: inout FoundDifferences) {
    let groups = Dictionary(grouping: entries) { $0.key }
    for (key, rows) in groups {
      func all(_ side: Side) -> [RowDigest] { rows.filter { $0.side == side }.map(\.row) }
      var (expected, actual) = unmatched(all(.expected), all(.actual))
      let lacking = expected.count
      var foreign = all(.foreign)
      if lacking > 0, !foreign.isEmpty { (expected, foreign) = unmatched(expected, foreign) }
      found.rewritten += lacking - expected.count
      // Others have changed the row of this key. Further rows of the key that others wrote are not compared.
      if hasKey { actual += foreign.prefix(max(0, expected.count - actual.count)) }
      let changed = hasKey ? min(expected.count, actual.count) : 0
      for i in 0..<max(expected.count, actual.count) {
        if i < changed {
          found.add(.changed, key, expected[i], actual[i])
        } else {
          if i < expected.count { found.add(.missing, key, expected[i], nil) }
          if i < actual.count { found.add(.extra, key, nil, actual[i]) }
        }
      }
    }
  }

  /// What each side has and the other has not, equal rows counted. A key may have millions of rows.
  private func unmatched(_ left: [RowDigest], _ right: [RowDigest]) -> (left: [RowDigest], right: [RowDigest]) {
    /// The rows that are left when each of the others has taken one off.
    func rest(of rows: [RowDigest], without others: [RowDigest]) -> [RowDigest] {
      var counts: [RowDigest: Int] = [:]
      for row in others { counts[row, default: 0] += 1 }
      return rows.filter { row in
        guard let count = counts[row], count > 0 else { return true }
        counts[row] = count - 1
        return false
      }
    }
    return (rest(of: left, without: right), rest(of: right, without: left))
  }

  private func flush(_ partition: inout Partition, _ file: SpillFile<VerifyError>) throws(VerifyError) {
    let place = partition.flushed
    try partition.buffer.withUnsafeBufferPointer { (bytes) throws(VerifyError) in
      try file.write(UnsafeRawBufferPointer(bytes), at: place)
    }
    partition.flushed += partition.buffer.count
    partition.buffer.removeAll(keepingCapacity: true)
  }

  private func read(_ size: Int, _ file: SpillFile<VerifyError>) throws(VerifyError) -> [Entry] {
    var bytes = [UInt8](repeating: 0, count: size)
    try bytes.withUnsafeMutableBufferPointer { (bytes) throws(VerifyError) in
      try file.read(into: UnsafeMutableRawBufferPointer(bytes), at: 0)
    }
    return bytes.withUnsafeBytes { bytes in
      stride(from: 0, to: size, by: Self.entryBytes).compactMap { place in
        func word(_ i: Int) -> UInt64 {
          UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: place + 1 + i * 8, as: UInt64.self))
        }
        return Side(rawValue: bytes[place]).map { side in
          Entry(
            side: side, key: RowDigest(high: word(0), low: word(1)), row: RowDigest(high: word(2), low: word(3)))
        }
      }
    }
  }
}

/// What a comparison found.
public struct FoundDifferences: Sendable {
  public enum Kind: Sendable { case missing, extra, changed }

  public struct Entry: Sendable {
    public var kind: Kind
    public var key: RowDigest
    /// The row as the source says it is; nil where the source has none.
    public var expected: RowDigest?
    /// The row as the table has it; nil where the table has none.
    public var actual: RowDigest?
  }

  public private(set) var missing = 0
  public private(set) var extra = 0
  public private(set) var changed = 0
  /// Rows that are equal, and that others have written again since.
  public fileprivate(set) var rewritten = 0
  /// The sum over the rows that only the table has.
  public private(set) var extraDigest = RowDigest()
  /// As many as were asked for.
  public private(set) var listed: [Entry] = []
  private let most: Int
  private let listsExtra: Bool

  init(most: Int, listsExtra: Bool) {
    self.most = most
    self.listsExtra = listsExtra
  }

  mutating func add(_ kind: Kind, _ key: RowDigest, _ expected: RowDigest?, _ actual: RowDigest?) {
    switch kind {
    case .missing: missing += 1
    case .extra:
      extra += 1
      if let actual { extraDigest &+= actual }
    case .changed: changed += 1
    }
    if listed.count < most, kind != .extra || listsExtra {
      listed.append(Entry(kind: kind, key: key, expected: expected, actual: actual))
    }
  }
}
