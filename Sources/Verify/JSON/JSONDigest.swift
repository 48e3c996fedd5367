import Records

/// Absorbs JSON text as jsonb sees it: an object is the unordered sum of its members, an array is ordered, strings are
/// their decoded bytes and numbers exact decimals. White space means nothing.
///
/// The grammar was checked by the reader (or is PostgreSQL's own print); here it is only never trusted with memory.
struct JSONDigest {
  private var hash: DigestHash
  private var place: UnsafePointer<UInt8>
  private let text: ByteRun
  private let scratch: Scratch

  /// Absorbs the one value that `text` is into `hash`. False, and `hash` unchanged, where it is none.
  static func absorb(_ text: ByteRun, into hash: inout DigestHash, scratch: Scratch) -> Bool {
    var digest = JSONDigest(hash: hash, place: text.start, text: text, scratch: scratch)
    guard digest.run() else { return false }
    hash = digest.hash
    return true
  }

  private init(hash: DigestHash, place: UnsafePointer<UInt8>, text: ByteRun, scratch: Scratch) {
    self.hash = hash
    self.place = place
    self.text = text
    self.scratch = scratch
  }

  @inline(__always) private mutating func run() -> Bool {
    var depth = 0
    var frame = JSONFrame(outer: hash, sum: RowDigest(), count: 0, isObject: false)
    values: while true {
      skipSpace()
      let byte = current
      if byte == 0x22 {
        guard absorbString() else { return false }
      } else if byte | 0x20 == 0x7B {
        guard let frames = scratch.frames.room(after: depth) else { return false }
        frames[depth] = frame
        depth &+= 1
        place += 1
        frame = JSONFrame(outer: hash, sum: RowDigest(), count: 0, isObject: byte == 0x7B)
        skipSpace()
        if current != byte &+ 2 {
          guard beginElement(of: frame) else { return false }
          continue values
        }
        place += 1
        close(frame)
        depth &-= 1
        frame = frames[depth]
      } else {
        guard absorbBare(byte) else { return false }
      }
      // A value is behind us: close as many containers as end here.
      while depth > 0 {
        frame.count &+= 1
        if frame.isObject { frame.sum &+= hash.finish() }
        skipSpace()
        if current == 0x2C {
          place += 1
          if frame.isObject {
            guard beginMember() else { return false }
          }
          continue values
        }
        guard current == (frame.isObject ? 0x7D : 0x5D) else { return false }
        place += 1
        close(frame)
        depth &-= 1
        frame = scratch.frames.base[depth]
      }
      skipSpace()
      return place == text.end
    }
  }

  /// The byte at hand; 0, which no JSON has outside a string, at the end.
  @inline(__always) private var current: UInt8 { place < text.end ? place.pointee : 0 }

  @inline(__always) private mutating func skipSpace() {
    while place < text.end, place.pointee <= 0x20 { place += 1 }
  }

  @inline(__always) private mutating func beginElement(of frame: JSONFrame) -> Bool {
    if frame.isObject { return beginMember() }
    hash = DigestHash(.array)
    return true
  }

  /// A member's key and colon, into a hash of the member's own.
  @inline(__always) private mutating func beginMember() -> Bool {
    skipSpace()
    guard current == 0x22 else { return false }
    hash = DigestHash(.member)
    guard absorbString() else { return false }
    skipSpace()
    guard current == 0x3A else { return false }
    place += 1
    return true
  }

  /// Absorbs a finished container into what it is a part of.
  @inline(__always) private mutating func close(_ frame: JSONFrame) {
    let content = frame.isObject ? frame.sum : frame.count == 0 ? DigestHash(.array).finish() : hash.finish()
    hash = frame.outer
    hash.absorb(content)
    hash.absorb(frame.count, frame.isObject ? .object : .array)
  }

  /// A number, `true`, `false` or `null`.
  @inline(__always) private mutating func absorbBare(_ byte: UInt8) -> Bool {
    if byte &- 0x30 < 10 || byte == 0x2D {
      guard let number = ExactDecimal(at: &place, of: text, digits: scratch.digits) else { return false }
      hash.absorb(number)
      return true
    }
    switch byte {
    case 0x74: return absorb("true", .true)
    case 0x66: return absorb("false", .false)
    case 0x6E: return absorb("null", .jsonNull)
    default: return false
    }
  }

  private mutating func absorb(_ word: StaticString, _ kind: BlockKind) -> Bool {
    guard text.end - place >= word.utf8CodeUnitCount else { return false }
    for i in 0..<word.utf8CodeUnitCount where place[i] != word.utf8Start[i] { return false }
    place += word.utf8CodeUnitCount
    hash.absorb(0, kind)
    return true
  }

  /// The string whose opening quote is at hand: found, cut and absorbed in the same pass where it has no escapes.
  @inline(__always) private mutating func absorbString() -> Bool {
    let start = place + 1
    if text.readable - start >= 16 {
      let match = ByteMatch(of: 0x22, or: 0x5C, at: start)
      if !match.isEmpty {
        let count = match.first
        guard start[count] == 0x22, start + count < text.end else { return absorbLongString(from: start) }
        let pair = match.before(BytePair(at: start))
        hash.absorb(pair.x, pair.y | UInt64(truncatingIfNeeded: count) &<< 56)
        place = start + count + 1
        return true
      }
    }
    return absorbLongString(from: start)
  }

  /// A string of more than 15 bytes, with escapes, or at the end of the memory.
  @inline(never) private mutating func absorbLongString(from start: UnsafePointer<UInt8>) -> Bool {
    var stop = text.find(0x22, or: 0x5C, from: start)
    var isEscaped = false
    while let found = stop, found.pointee == 0x5C {
      isEscaped = true
      guard text.end - found >= 2 else { return false }
      stop = text.find(0x22, or: 0x5C, from: found + 2)
    }
    guard let end = stop else { return false }
    place = end + 1
    let string = text.part(start, end)
    hash.absorb(text: isEscaped ? JSONEscapes.decode(string, into: scratch.string) : string)
    return true
  }
}
