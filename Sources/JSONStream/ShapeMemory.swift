internal import Scalars

/// Knows which sequences of keys are free of repetition, so that only an object of a shape not seen before is looked at
/// key by key.
struct ShapeMemory {
  let keyHash = KeyHash()
  private var known = [UInt64](repeating: 0, count: 1024)
  private var hashes: [(hash: UInt64, slot: Int)] = []
  private var scratch: [UInt8] = []

  /// True when the object whose opening bracket is entry `object`, linked to its end, has a key twice.
  mutating func repeatsKey(_ shape: UInt64, in text: IndexedText, object: Int) -> Bool {
    let place = Int(truncatingIfNeeded: shape) & (known.count - 1)
    if known[place] == shape { return false }
    if hasRepetition(text, object) { return true }
    known[place] = shape
    return false
  }

  /// The hash of a key that has escapes is that of what they stand for.
  mutating func hash(escaped key: UnsafeRawBufferPointer) -> UInt64 {
    let decoded = JSONString.decoded(key, padding: 8)
    return decoded.withUnsafeBytes { bytes in
      bytes.baseAddress.map { keyHash.hash($0, bytes.count - 8) } ?? 0
    }
  }

  private mutating func hasRepetition(_ text: IndexedText, _ object: Int) -> Bool {
    hashes.removeAll(keepingCapacity: true)
    var slot = object + 1
    let end = Int(text.links[object])
    while slot < end {
      hashes.append((hash(ofKeyAt: slot, text), slot))
      slot = text.slot(afterValueAt: slot + 3) + 1
    }
    hashes.sort { $0.hash < $1.hash }
    for i in hashes.indices.dropFirst() where hashes[i].hash == hashes[i - 1].hash {
      var other = i - 1
      while other >= 0, hashes[other].hash == hashes[i].hash {
        if key(at: hashes[other].slot, text) == key(at: hashes[i].slot, text) { return true }
        other -= 1
      }
    }
    return false
  }

  private mutating func hash(ofKeyAt slot: Int, _ text: IndexedText) -> UInt64 {
    let range = text.string(at: slot)
    let key = UnsafeRawBufferPointer(rebasing: text.bytes[range])
    guard text.index[slot] & escapedBit == 0, let base = text.bytes.baseAddress else { return hash(escaped: key) }
    return keyHash.hash(base + range.lowerBound, range.count)
  }

  private func key(at slot: Int, _ text: IndexedText) -> [UInt8] {
    let key = UnsafeRawBufferPointer(rebasing: text.bytes[text.string(at: slot)])
    return text.index[slot] & escapedBit == 0 ? [UInt8](key) : JSONString.decoded(key)
  }
}

extension IndexedText {
  /// The bytes between the quotes of the string whose opening quote is entry `slot`.
  @inline(__always)
  public func string(at slot: Int) -> Range<Int> {
    Int(index[slot] & placeMask) + 1..<Int(index[slot + 1])
  }

  /// The entry after the checked value that begins at entry `slot`.
  @inline(__always)
  public func slot(afterValueAt slot: Int) -> Int {
    switch bytes[Int(index[slot] & placeMask)] {
    case UInt8(ascii: "{"), UInt8(ascii: "["): Int(links[slot]) + 1
    case UInt8(ascii: "\""): slot + 2
    default: slot + 1
    }
  }
}
