import Platform

/// A sorted, unchanging file of keys with what is kept of it in memory: a Bloom filter, and the first hash of every
/// block of 4 KiB.
final class KeyRun {
  let count: Int
  /// How often its keys were merged.
  let level: Int
  private let file: SpillFile<ValidateError>
  private let filter: BloomFilter
  private let fences: [KeyHash]

  static let blockEntries = 128

  fileprivate init(count: Int, level: Int, file: SpillFile<ValidateError>, filter: BloomFilter, fences: [KeyHash]) {
    self.count = count
    self.level = level
    self.file = file
    self.filter = filter
    self.fences = fences
  }

  /// Bytes of memory that a run of so many keys takes.
  static func memory(keys: Int) -> Int {
    BloomFilter.memory(keys: keys) + (keys + blockEntries - 1) / blockEntries * MemoryLayout<KeyHash>.stride
  }

  /// Where the key was met; `block` is room for `blockEntries` entries.
  func find(_ hash: KeyHash, block: UnsafeMutableBufferPointer<KeyEntry>) throws(ValidateError) -> KeySet.Place? {
    guard filter.mayContain(hash), let number = blockNumber(of: hash) else { return nil }
    let first = number * Self.blockEntries
    let entries = UnsafeMutableBufferPointer(rebasing: block[..<min(Self.blockEntries, count - first)])
    try read(into: entries, from: first)
    var low = 0
    var high = entries.count
    while low < high {
      let middle = (low + high) / 2
      if entries[middle].hash < hash { low = middle + 1 } else { high = middle }
    }
    return low < entries.count && entries[low].hash == hash ? entries[low].place : nil
  }

  func read(into entries: UnsafeMutableBufferPointer<KeyEntry>, from first: Int) throws(ValidateError) {
    try file.read(into: UnsafeMutableRawBufferPointer(entries), at: first * KeyEntry.size)
  }

  /// The last block whose first hash is not above `hash`.
  private func blockNumber(of hash: KeyHash) -> Int? {
    var low = 0
    var high = fences.count
    while low < high {
      let middle = (low + high) / 2
      if hash < fences[middle] { high = middle } else { low = middle + 1 }
    }
    return low == 0 ? nil : low - 1
  }
}

/// Writes a run, given its entries in order.
final class KeyRunWriter {
  private let file: SpillFile<ValidateError>
  private let filter: BloomFilter
  private var fences: [KeyHash] = []
  private let buffer: UnsafeMutableBufferPointer<KeyEntry>
  private var buffered = 0
  private var written = 0

  static let bufferEntries = 2048

  init(folder: String, keys: Int) throws(ValidateError) {
    file = try SpillFile(in: folder)
    filter = BloomFilter(keys: keys)
    buffer = .allocate(capacity: Self.bufferEntries)
    fences.reserveCapacity(keys / KeyRun.blockEntries + 1)
  }

  deinit { buffer.deallocate() }

  func append(_ entry: KeyEntry) throws(ValidateError) {
    if (written + buffered) % KeyRun.blockEntries == 0 { fences.append(entry.hash) }
    filter.insert(entry.hash)
    buffer[buffered] = entry
    buffered += 1
    if buffered == buffer.count { try flush() }
  }

  func finish(level: Int) throws(ValidateError) -> KeyRun {
    try flush()
    return KeyRun(count: written, level: level, file: file, filter: filter, fences: fences)
  }

  private func flush() throws(ValidateError) {
    let bytes = UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(buffer)[..<(buffered * KeyEntry.size)])
    try file.write(bytes, at: written * KeyEntry.size)
    written += buffered
    buffered = 0
  }
}
