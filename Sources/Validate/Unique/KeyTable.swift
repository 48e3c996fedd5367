/// A key and where it was first met, as memory and spill files hold it: 32 bytes.
struct KeyEntry: BitwiseCopyable {
  var hash: KeyHash
  /// The record's place in the source plus one; 0 marks an empty slot.
  var mark: Int64
  var offset: Int64

  init(hash: KeyHash, place: KeySet.Place) {
    self.hash = hash
    self.mark = place.ordinal &+ 1
    self.offset = place.offset
  }

  var place: KeySet.Place { KeySet.Place(ordinal: mark &- 1, offset: offset) }

  static let size = MemoryLayout<KeyEntry>.stride
}

/// Keys in memory: open addressing in the order of the hashes, so that the table is almost sorted as it stands and
/// a spill sorts it in place without another byte.
struct KeyTable: ~Copyable {
  enum Outcome {
    case inserted
    case present(KeySet.Place)
    /// No room: drain first.
    case full
  }

  private let slots: UnsafeMutableBufferPointer<KeyEntry>
  /// Slots that hashes point to; the rest takes what runs over the end.
  private let span: UInt64
  private let limit: Int
  private(set) var count = 0

  /// A table of at most `memory` bytes, though never fewer than 64 slots.
  init(memory: Int) {
    let capacity = max(64, memory / KeyEntry.size)
    slots = .allocate(capacity: capacity)
    slots.initialize(repeating: Self.empty)
    span = UInt64(capacity - max(16, min(capacity / 8, 1024)))
    limit = capacity / 4 * 3
  }

  deinit { slots.deallocate() }

  private static var empty: KeyEntry { KeyEntry(hash: KeyHash(high: 0, low: 0), place: .init(ordinal: -1, offset: 0)) }

  /// Bytes taken.
  var memory: Int { slots.count * KeyEntry.size }

  mutating func insert(_ hash: KeyHash, at place: KeySet.Place) -> Outcome {
    var slot = Int(truncatingIfNeeded: hash.high.multipliedFullWidth(by: span).high)
    while slot < slots.count {
      let entry = slots[slot]
      if entry.mark == 0 {
        if count >= limit { return .full }
        slots[slot] = KeyEntry(hash: hash, place: place)
        count += 1
        return .inserted
      }
      if entry.hash == hash { return .present(entry.place) }
      slot &+= 1
    }
    return .full
  }

  func find(_ hash: KeyHash) -> KeySet.Place? {
    var slot = Int(truncatingIfNeeded: hash.high.multipliedFullWidth(by: span).high)
    while slot < slots.count, slots[slot].mark != 0 {
      if slots[slot].hash == hash { return slots[slot].place }
      slot &+= 1
    }
    return nil
  }

  /// Moves all entries to the front, sorted. The table must be emptied before it is used again.
  mutating func sorted() -> UnsafeBufferPointer<KeyEntry> {
    var kept = 0
    for slot in 0..<slots.count where slots[slot].mark != 0 {
      let entry = slots[slot]
      var place = kept
      while place > 0, entry.hash < slots[place - 1].hash {
        slots[place] = slots[place - 1]
        place -= 1
      }
      slots[place] = entry
      kept += 1
    }
    return UnsafeBufferPointer(rebasing: slots[..<kept])
  }

  mutating func removeAll() {
    slots.update(repeating: Self.empty)
    count = 0
  }
}
