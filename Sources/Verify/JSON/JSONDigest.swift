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
      if frame.isObject {
        guard beginMember() else { return false }
      }
      let byte = next()
      if byte == 0x22 {
        guard absorbString() else { return false }
      } else if byte | 0x20 == 0x7B {
        guard let frames = scratch.frames.room(after: depth) else { return false }
        frames[depth] = frame
        depth &+= 1
        place += 1
        frame = JSONFrame(outer: hash, sum: RowDigest(), count: 0, isObject: byte == 0x7B)
        hash = DigestHash(.array)
        if next() != byte &+ 2 { continue values }
        place += 1
        close(frame)
        depth &-= 1
        frame = frames[depth]
      } else {
        guard absorbBare() else { return false }
      }
      // A value is behind us: close as many containers as end here.
      while depth > 0 {
        frame.count &+= 1
        if frame.isObject { frame.sum &+= hash.finish() }
        let byte = next()
        place += 1
        if byte == 0x2C { continue values }
        guard byte == (frame.isObject ? 0x7D : 0x5D) else { return false }
        close(frame)
        depth &-= 1
        frame = scratch.frames.base[depth]
      }
      return next() == 0 && place == text.end
    }
  }

  /// The next byte that is no white space; 0, which no JSON has outside a string, at the end.
  @inline(__always) private mutating func next() -> UInt8 {
    guard place < text.end else { return 0 }
    if place.pointee > 0x20 { return place.pointee }
    return skipSpace()
  }

  @inline(__always) private mutating func skipSpace() -> UInt8 {
    var p = place + 1
    while p < text.end, p.pointee <= 0x20 { p += 1 }
    place = p
    return p < text.end ? p.pointee : 0
  }

  /// A member's key and colon, into a hash of the member's own.
  @inline(__always) private mutating func beginMember() -> Bool {
    guard next() == 0x22 else { return false }
    hash = DigestHash(.member)
    guard absorbString(), next() == 0x3A else { return false }
    place += 1
    return true
  }

  /// Absorbs a finished container into what it is a part of.
  @inline(__always) private mutating func close(_ frame: JSONFrame) {
    let content = frame.isObject ? frame.sum : hash.finish()
    hash = frame.outer
    hash.absorb(content)
    hash.absorb(frame.count, frame.isObject ? .object : .array)
  }

  /// A number, `true`, `false` or `null`.
  @inline(__always) private mutating func absorbBare() -> Bool {
    // Copies, so that what the loop over values works with need not lie in memory.
    var after = place
    var copy = hash
    guard Self.absorbBare(at: &after, of: text, into: &copy, scratch: scratch) else { return false }
    place = after
    hash = copy
    return true
  }

  @inline(never) private static func absorbBare(
    at place: inout UnsafePointer<UInt8>, of text: ByteRun, into hash: inout DigestHash, scratch: Scratch
  ) -> Bool {
    guard place < text.end else { return false }
    switch place.pointee {
    case 0x2D, 0x30...0x39:
      guard let number = ExactDecimal(at: &place, of: text, digits: scratch.digits) else { return false }
      hash.absorb(number)
      return true
    case 0x74: return absorb("true", .true, at: &place, of: text, into: &hash)
    case 0x66: return absorb("false", .false, at: &place, of: text, into: &hash)
    case 0x6E: return absorb("null", .jsonNull, at: &place, of: text, into: &hash)
    default: return false
    }
  }

  @inline(__always) private static func absorb(
    _ word: StaticString, _ kind: BlockKind, at place: inout UnsafePointer<UInt8>, of text: ByteRun,
    into hash: inout DigestHash
  ) -> Bool {
    guard text.end - place >= word.utf8CodeUnitCount else { return false }
    for i in 0..<word.utf8CodeUnitCount where place[i] != word.utf8Start[i] { return false }
    place += word.utf8CodeUnitCount
    hash.absorb(0, kind)
    return true
  }

  /// The string whose opening quote is at hand: found, cut and absorbed in the same pass where it is short and has no
  /// escapes, as most are.
  @inline(__always) private mutating func absorbString() -> Bool {
    let start = place + 1
    guard text.readable - start >= 16 else { return absorbLongString(from: start) }
    let pair = BytePair(at: start)
    let match = ByteMatch.firstMark(of: 0x22, or: 0x5C, in: pair.x)
    if match != 0 {
      let count = match.trailingZeroBitCount &>> 3
      guard start[count] == 0x22, start + count < text.end else { return absorbLongString(from: start) }
      hash.absorb(pair.x & (match &- 1) & ~match, UInt64(truncatingIfNeeded: count) &<< 56)
      place = start + count + 1
      return true
    }
    let second = ByteMatch.firstMark(of: 0x22, or: 0x5C, in: pair.y)
    guard second != 0 else { return absorbLongString(from: start) }
    let count = 8 &+ second.trailingZeroBitCount &>> 3
    guard start[count] == 0x22, start + count < text.end else { return absorbLongString(from: start) }
    hash.absorb(pair.x, pair.y & (second &- 1) & ~second | UInt64(truncatingIfNeeded: count) &<< 56)
    place = start + count + 1
    return true
  }

  /// A string of more than 15 bytes, with escapes, or at the end of the memory.
  @inline(__always) private mutating func absorbLongString(from start: UnsafePointer<UInt8>) -> Bool {
    var after = start
    var copy = hash
    guard Self.absorbLongString(at: &after, of: text, into: &copy, scratch: scratch) else { return false }
    place = after
    hash = copy
    return true
  }

  @inline(never) private static func absorbLongString(
    at place: inout UnsafePointer<UInt8>, of text: ByteRun, into hash: inout DigestHash, scratch: Scratch
  ) -> Bool {
    let start = place
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
