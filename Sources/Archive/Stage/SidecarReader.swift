internal import Records

/// Reads what a `SidecarWriter` wrote; what was not written so is `Malformed`, and never more than there is.
struct SidecarReader {
  struct Malformed: Error {}

  private let bytes: UnsafeRawBufferPointer
  private var place = 0

  init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

  var isAtEnd: Bool { place == bytes.count }
  var left: Int { bytes.count - place }

  mutating func number() throws(Malformed) -> UInt64 {
    var value: UInt64 = 0
    var shift: UInt64 = 0
    while place < bytes.count, shift < 64 {
      let byte = bytes[place]
      place += 1
      value |= UInt64(byte & 0x7F) &<< shift
      if byte < 0x80 { return value }
      shift += 7
    }
    throw Malformed()
  }

  /// A count or size; see `CountLimit`.
  mutating func size() throws(Malformed) -> Int {
    let value = try number()
    guard value.isCount else { throw Malformed() }
    return Int(value)
  }

  /// A place in the source, which is written as a signed number.
  mutating func offset() throws(Malformed) -> Int64 {
    let value = try signed()
    guard value.isCount else { throw Malformed() }
    return value
  }

  /// A count of things of which each has `least` bytes at least in here: it cannot ask for more memory than that.
  mutating func count(ofAtLeast least: Int) throws(Malformed) -> Int {
    let count = try size()
    guard count <= left / least else { throw Malformed() }
    return count
  }

  mutating func flag() throws(Malformed) -> Bool {
    switch try number() {
    case 0: false
    case 1: true
    default: throw Malformed()
    }
  }

  mutating func signed() throws(Malformed) -> Int64 {
    let value = try number()
    return Int64(bitPattern: value &>> 1) ^ -Int64(bitPattern: value & 1)
  }

  mutating func digest() throws(Malformed) -> RowDigest {
    guard left >= 16 else { throw Malformed() }
    defer { place += 16 }
    return RowDigest(high: word(place), low: word(place + 8))
  }

  mutating func sequence() throws(Malformed) -> [UInt8] {
    let count = try count(ofAtLeast: 1)
    defer { place += count }
    return Array(bytes[place..<place + count])
  }

  mutating func text() throws(Malformed) -> String {
    let bytes = try sequence()
    guard let text = String(validating: bytes, as: UTF8.self) else { throw Malformed() }
    return text
  }

  /// Everything that is left.
  mutating func rest() -> UnsafeRawBufferPointer {
    defer { place = bytes.count }
    return UnsafeRawBufferPointer(rebasing: bytes[place...])
  }

  mutating func raw(_ count: Int) throws(Malformed) -> UnsafeRawBufferPointer {
    guard count >= 0, count <= left else { throw Malformed() }
    defer { place += count }
    return UnsafeRawBufferPointer(rebasing: bytes[place..<place + count])
  }

  private func word(_ place: Int) -> UInt64 {
    UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: place, as: UInt64.self))
  }
}
