/// Reads a document of any size piece by piece and hands out its records in groups, with the bytes and the index they
/// lie in. Memory is that of one piece, or of the largest record where that is larger.
///
/// One owner, one thread. `next` calls back for bytes; the source's own errors pass through it.
public struct RecordStream: ~Copyable {
  private let limits: Limits
  private var scanner = StructuralScanner()
  private var framer: RecordFramer
  private var tail = Tail()
  /// Where the first byte of the tail lies in the source.
  private var offset: Int64 = 0
  private var line: Int64 = 1
  private var lineStart: Int64 = 0
  private var slice = 0
  private var isStarted = false
  private var isEnded = false
  private var fault: JSONFault?
  /// Where the record begins that is larger than the limit.
  private var oversized: Int?

  public struct Limits: Sendable {
    /// Bytes read at a time.
    public var pieceBytes: Int
    /// A record may have so many bytes.
    public var recordBytes: Int
    /// Records are grouped by the range of so many bytes in which they begin.
    public var sliceBytes: Int64

    public init(pieceBytes: Int = 1 << 20, recordBytes: Int = 256 << 20, sliceBytes: Int64 = 8 << 20) {
      precondition(pieceBytes > 0 && recordBytes > 0 && recordBytes <= 1 << 29 && sliceBytes > 0)
      self.pieceBytes = pieceBytes
      self.recordBytes = recordBytes
      self.sliceBytes = sliceBytes
    }
  }

  /// The part of the piece before that was not taken.
  private struct Tail {
    var bytes = UnsafeRawBufferPointer(start: nil, count: 0)
    var entries = UnsafeBufferPointer<UInt32>(start: nil, count: 0)
    /// How many of the bytes were scanned.
    var scanned = 0
  }

  /// A piece of the source. Whoever receives it owns its three allocations and keeps them until the next call of `next`
  /// has returned.
  public struct Piece {
    /// Everything in memory, without padding.
    public var bytes: UnsafeRawBufferPointer
    public var index: UnsafeBufferPointer<UInt32>
    public var links: UnsafeBufferPointer<UInt32>
    /// Where `bytes[0]` lies in the source.
    public var offset: Int64
    /// The line of `bytes[0]`, counted from 1.
    public var line: Int64
    /// What no piece before this one held.
    public var fresh: Range<Int>
    public var groups: [Group]
  }

  /// Records that begin in one slice.
  public struct Group {
    public var slice: Int
    public var records: [RecordFramer.Found]
    public var firstOrdinal: Int64
    /// Nothing more will come of this slice.
    public var closesSlice: Bool
  }

  public enum Failure: Error {
    /// The source is not what it should be.
    case malformed(JSONFault.Kind, Location)
    /// A record is larger than the limit.
    case tooLarge(Location)
    /// The source is in an encoding other than UTF-8.
    case encoding(String)
    /// The error of the closure that reads.
    case source(any Error)
  }

  /// A place in the source.
  public struct Location: Hashable, Sendable {
    public var offset: Int64
    /// Counted from 1.
    public var line: Int64
    /// In bytes, counted from 1.
    public var column: Int64

    public init(offset: Int64, line: Int64, column: Int64) {
      self.offset = offset
      self.line = line
      self.column = column
    }
  }

  public init(_ layout: RecordLayout, limits: Limits = Limits()) {
    self.limits = limits
    framer = RecordFramer(layout)
  }

  /// Records found so far.
  public var records: Int64 { framer.records }

  /// The next piece, or nil when the document is complete; every slice has been closed then, and there is at least one.
  /// - Parameter read: fills the buffer as far as the source goes and returns how many bytes it put there.
  public mutating func next(
    _ read: (UnsafeMutableRawBufferPointer) throws -> Int
  ) throws(Failure) -> Piece? {
    if let oversized { throw .tooLarge(location(oversized, tail.bytes)) }
    if let fault { throw failure(fault, tail.bytes) }
    guard !isEnded else { return nil }
    let kept = tail.bytes.count
    // The first piece shows the encoding: four bytes are enough for that.
    let wanted = max(limits.pieceBytes, kept, 4)
    let memory = allocate(kept + wanted)
    memory.copyBytes(from: tail.bytes)
    let got: Int
    do {
      got = try read(UnsafeMutableRawBufferPointer(rebasing: memory[kept..<kept + wanted]))
    } catch {
      memory.deallocate()
      throw .source(error)
    }
    let valid = kept + got
    let isFinal = got < wanted
    for i in valid..<min(valid + 192, memory.count) { memory[i] = 0x20 }
    if !isStarted {
      if let name = Self.foreignEncoding(UnsafeRawBufferPointer(rebasing: memory[..<valid])) {
        memory.deallocate()
        throw .encoding(name)
      }
      if valid >= 3, memory[0] == 0xEF, memory[1] == 0xBB, memory[2] == 0xBF { tail.scanned = 3 }
      isStarted = true
    }
    return try frame(memory, valid: valid, kept: kept, isFinal: isFinal)
  }

  private mutating func frame(
    _ memory: UnsafeMutableRawBufferPointer, valid: Int, kept: Int, isFinal: Bool
  ) throws(Failure) -> Piece {
    let unscanned = valid - tail.scanned
    let scanEnd = tail.scanned + (isFinal ? (unscanned + 63) / 64 * 64 : unscanned / 64 * 64)
    let room = tail.entries.count + (scanEnd - tail.scanned) + 128
    let index = UnsafeMutableBufferPointer<UInt32>.allocate(capacity: room)
    let links = UnsafeMutableBufferPointer<UInt32>.allocate(capacity: room)
    _ = index.update(fromContentsOf: tail.entries)
    var count = scanner.scan(
      UnsafeRawBufferPointer(memory), tail.scanned..<scanEnd, into: index, count: tail.entries.count)
    if isFinal { scanner.finish(at: valid) }
    var textEnd = isFinal ? valid : scanEnd
    let scanFault = scanner.fault
    if let scanFault {
      while count > 0, Int(index[count - 1] & placeMask) >= scanFault.offset { count -= 1 }
      textEnd = min(textEnd, scanFault.offset)
    }
    let text = IndexedText(
      bytes: UnsafeRawBufferPointer(rebasing: memory[..<textEnd]),
      index: UnsafeBufferPointer(rebasing: index[..<count]), links: links, isFinal: isFinal && scanFault == nil)
    let groups = group(text)
    let piece = Piece(
      bytes: UnsafeRawBufferPointer(rebasing: memory[..<valid]), index: text.index, links: UnsafeBufferPointer(links),
      offset: offset, line: line, fresh: kept..<valid, groups: groups)
    if fault == nil { fault = scanFault }
    try keepTail(of: piece, text, scanned: isFinal ? valid : scanEnd)
    return piece
  }

  /// Takes all records that are whole.
  private mutating func group(_ text: IndexedText) -> [Group] {
    var groups: [Group] = []
    var current = Group(slice: slice, records: [], firstOrdinal: framer.records, closesSlice: false)
    current.records.reserveCapacity(min(4096, text.index.count / 16))
    func close(_ group: inout Group, _ groups: inout [Group], ordinal: Int64) {
      group.closesSlice = true
      groups.append(group)
      group = Group(slice: group.slice + 1, records: [], firstOrdinal: ordinal, closesSlice: false)
    }
    do throws(JSONFault) {
      framing: while true {
        let boundary = Int64(slice + 1) * limits.sliceBytes - offset
        switch try framer.next(in: text, before: Int(min(boundary, Int64(Int32.max)))) {
        case .record(let found):
          guard found.range.count <= limits.recordBytes else {
            oversized = found.range.lowerBound
            break framing
          }
          current.records.append(found)
        case .boundary:
          close(&current, &groups, ordinal: framer.records)
          slice += 1
        case .more: break framing
        case .end:
          isEnded = true
          let end = offset + Int64(text.bytes.count)
          repeat {
            close(&current, &groups, ordinal: framer.records)
            slice += 1
          } while Int64(slice) * limits.sliceBytes < end
          break framing
        }
      }
    } catch {
      fault = error
    }
    if !current.records.isEmpty { groups.append(current) }
    return groups
  }

  /// Remembers what the next piece begins with.
  private mutating func keepTail(of piece: Piece, _ text: IndexedText, scanned: Int) throws(Failure) {
    if fault != nil || oversized != nil {
      // Reported by the next call, so that what came before it is still handed out.
      tail.bytes = piece.bytes
      return
    }
    let from = min(framer.frontier(in: text), piece.bytes.count)
    guard piece.bytes.count - from <= limits.recordBytes else {
      throw .tooLarge(location(from, piece.bytes))
    }
    // The scanner counted all lines; what is kept is short.
    let linesBefore = line
    line = 1 + scanner.lines
    for byte in piece.bytes[min(from, scanned)..<scanned] where byte == 0x0A { line -= 1 }
    if line > linesBefore, let last = piece.bytes[..<from].lastIndex(of: 0x0A) {
      lineStart = offset + Int64(last) + 1
    }
    tail.bytes = UnsafeRawBufferPointer(rebasing: piece.bytes[from...])
    let slots = framer.slot
    rebaseEntries(of: piece, from: slots, by: from)
    tail.scanned = scanned - from
    offset += Int64(from)
    framer.rebase(slots: slots, bytes: from)
    scanner.rebase(slots: slots)
  }

  private var rebased = UnsafeMutableBufferPointer<UInt32>(start: nil, count: 0)

  private mutating func rebaseEntries(of piece: Piece, from slot: Int, by bytes: Int) {
    rebased.deallocate()
    let entries = piece.index[slot...]
    rebased = .allocate(capacity: entries.count)
    for (i, entry) in entries.enumerated() { rebased[i] = entry - UInt32(bytes) }
    tail.entries = UnsafeBufferPointer(rebased)
  }

  deinit { rebased.deallocate() }

  private func allocate(_ bytes: Int) -> UnsafeMutableRawBufferPointer {
    .allocate(byteCount: bytes + 192, alignment: 64)
  }

  private func failure(_ fault: JSONFault, _ bytes: UnsafeRawBufferPointer) -> Failure {
    .malformed(fault.kind, location(fault.offset, bytes))
  }

  private func location(_ place: Int, _ bytes: UnsafeRawBufferPointer) -> Location {
    guard place >= 0 else { return Location(offset: offset + Int64(place), line: 1, column: 1) }
    var (line, start) = (line, lineStart)
    for i in 0..<min(place, bytes.count) where bytes[i] == 0x0A {
      line += 1
      start = offset + Int64(i) + 1
    }
    return Location(offset: offset + Int64(place), line: line, column: offset + Int64(place) - start + 1)
  }

  /// The name of an encoding other than UTF-8 that the first bytes show.
  private static func foreignEncoding(_ bytes: UnsafeRawBufferPointer) -> String? {
    guard bytes.count >= 2 else { return nil }
    let first = (bytes[0], bytes[1], bytes.count > 2 ? bytes[2] : 1, bytes.count > 3 ? bytes[3] : 1)
    switch first {
    case (0xFF, 0xFE, 0, 0): return "UTF-32LE"
    case (0, 0, 0xFE, 0xFF): return "UTF-32BE"
    case (0xFF, 0xFE, _, _): return "UTF-16LE"
    case (0xFE, 0xFF, _, _): return "UTF-16BE"
    case (0, 0, 0, 1...): return "UTF-32BE"
    case (1..., 0, 0, 0): return "UTF-32LE"
    case (0, 1..., _, _): return "UTF-16BE"
    case (1..., 0, _, _): return "UTF-16LE"
    default: return nil
    }
  }
}
