internal import Scalars

/// Reads a document of any size piece by piece and hands out its records in groups, with the bytes and the index they
/// lie in. Memory is that of one piece, or of the largest record where that is larger.
///
/// One owner, one thread. `next` calls back for bytes; the source's own errors pass through it.
public struct RecordStream: ~Copyable {
  private let layout: RecordLayout
  private let limits: Limits
  private var scanner = StructuralScanner()
  /// The line of the first byte that the scanner has seen.
  private var scannedFrom: Int64 = 1
  private var framer: RecordFramer
  private var tail = Tail()
  /// Where the first byte of the tail lies in the source.
  private var offset: Int64 = 0
  private var line: Int64 = 1
  private var lineStart: Int64 = 0
  private var slice = 0
  /// A line of the piece, as far as lines of it were counted one by one.
  private var counted: (place: Int, line: Int64) = (0, 1)
  private var isStarted = false
  private var isEnded = false
  private var fault: JSONFault?
  /// The line of NDJSON in which the fault lies, as far as it is in memory.
  private var faultLine: FaultLine?
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

  /// A piece of the source. It lies in the memory that `next` was given.
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
    self.layout = layout
    self.limits = limits
    framer = RecordFramer(layout)
  }

  /// Records found so far.
  public var records: Int64 { framer.records }

  /// Bytes of memory that the next piece takes.
  public var room: Int { ScanMemory.size(ofText: textRoom) }

  /// Bytes of the source that are read next: the first piece shows the encoding, for which four are enough.
  private var wanted: Int { max(limits.pieceBytes, tail.bytes.count, 4) }

  /// Rounded up: in memory that is used again, index and links then lie in the pages where they lay before.
  private var textRoom: Int {
    let grain = limits.pieceBytes / 16 + 1
    return (tail.bytes.count + wanted + grain - 1) / grain * grain
  }

  /// The next piece, or nil when the document is complete; every slice has been closed then, and there is at least one.
  /// - Parameters:
  ///   - memory: `room` bytes at least, of any content; to be kept until the next call has returned.
  ///   - read: fills the buffer as far as the source goes and returns how many bytes it put there.
  public mutating func next(
    in memory: UnsafeMutableRawBufferPointer, _ read: (UnsafeMutableRawBufferPointer) throws -> Int
  ) throws(Failure) -> Piece? {
    if let oversized { throw .tooLarge(location(oversized, tail.bytes)) }
    if let fault { throw failure(fault, tail.bytes) }
    guard !isEnded else { return nil }
    let kept = tail.bytes.count
    let wanted = wanted
    let memory = ScanMemory(memory, ofText: textRoom)
    let text = memory.text
    text.copyBytes(from: tail.bytes)
    let got: Int
    do {
      got = try read(UnsafeMutableRawBufferPointer(rebasing: text[kept..<kept + wanted]))
    } catch {
      throw .source(error)
    }
    let valid = kept + got
    let isFinal = got < wanted
    memory.fillPadding(from: valid)
    if !isStarted {
      if let name = ForeignEncoding.name(of: UnsafeRawBufferPointer(rebasing: text[..<valid])) {
        throw .encoding(name)
      }
      if valid >= 3, text[0] == 0xEF, text[1] == 0xBB, text[2] == 0xBF { tail.scanned = 3 }
      isStarted = true
    }
    return try frame(memory, valid: valid, kept: kept, isFinal: isFinal)
  }

  private mutating func frame(
    _ memory: ScanMemory, valid: Int, kept: Int, isFinal: Bool
  ) throws(Failure) -> Piece {
    let bytes = UnsafeRawBufferPointer(rebasing: memory.text[..<valid])
    let (index, links) = (memory.index, memory.links)
    _ = index.update(fromContentsOf: tail.entries)
    var count = tail.entries.count
    var scanned = tail.scanned
    var window = Int.max
    var grouping = Grouping(slice: slice, ordinal: framer.records)
    var text: IndexedText
    while true {
      let left = valid - scanned
      let whole = isFinal ? ScanMemory.scanned(left) : left / ScanMemory.step * ScanMemory.step
      let part = min(whole, window)
      count = scanner.scan(UnsafeRawBufferPointer(memory.text), scanned..<scanned + part, into: index, count: count)
      scanned += part
      if isFinal, part == whole { scanner.finish(at: valid) }
      var textEnd = min(scanned, valid)
      let scanFault = scanner.fault
      if let scanFault {
        while count > 0, Int(index[count - 1] & placeMask) >= scanFault.offset { count -= 1 }
        textEnd = min(textEnd, scanFault.offset)
      }
      text = IndexedText(
        bytes: UnsafeRawBufferPointer(rebasing: memory.text[..<textEnd]),
        index: UnsafeBufferPointer(rebasing: index[..<count]), links: links,
        isFinal: isFinal && part == whole && scanFault == nil)
      group(text, into: &grouping)
      if fault == nil { fault = scanFault }
      if fault != nil, oversized == nil, layout.form == .lines {
        let line = noteFaultLine(text, bytes, isFinal: isFinal)
        if layout.setsMalformedAside, line.end != .source {
          let next = line.end == .lineFeed ? passLine(line.range, bytes, &grouping) : line.range.lowerBound
          guard oversized == nil else { break }
          restartScan(at: next, bytes)
          (count, scanned, window) = (framer.slot, next, Self.firstWindow)
          text = IndexedText(
            bytes: UnsafeRawBufferPointer(rebasing: memory.text[..<next]),
            index: UnsafeBufferPointer(rebasing: index[..<count]), links: links, isFinal: false)
          if line.end == .lineFeed { continue } else { break }
        }
      }
      if part == whole || fault != nil || oversized != nil { break }
      window = window > valid ? window : window * 2
    }
    let piece = Piece(
      bytes: bytes, index: text.index, links: UnsafeBufferPointer(links), offset: offset, line: line,
      fresh: kept..<valid, groups: grouping.finish())
    try keepTail(of: piece, text, scanned: min(scanned, valid))
    return piece
  }

  /// Groups of a piece that is being taken apart.
  private struct Grouping {
    private var groups: [Group] = []
    var current: Group

    init(slice: Int, ordinal: Int64) {
      current = Group(slice: slice, records: [], firstOrdinal: ordinal, closesSlice: false)
    }

    /// - Parameter ordinal: of the next record.
    mutating func closeSlice(ordinal: Int64) {
      current.closesSlice = true
      groups.append(current)
      current = Group(slice: current.slice + 1, records: [], firstOrdinal: ordinal, closesSlice: false)
    }

    consuming func finish() -> [Group] { current.records.isEmpty ? groups : groups + [current] }
  }

  /// Takes all records that are whole.
  private mutating func group(_ text: IndexedText, into grouping: inout Grouping) {
    if grouping.current.records.isEmpty { grouping.current.records.reserveCapacity(min(4096, text.index.count / 16)) }
    do throws(JSONFault) {
      framing: while true {
        switch try framer.next(in: text, before: Int(min(boundary, Int64(Int32.max)))) {
        case .record(let found):
          guard found.range.count <= limits.recordBytes else {
            oversized = found.range.lowerBound
            break framing
          }
          grouping.current.records.append(found)
        case .boundary: closeSlice(&grouping)
        case .more: break framing
        case .end:
          isEnded = true
          let end = offset + Int64(text.bytes.count)
          repeat { closeSlice(&grouping) } while Int64(slice) * limits.sliceBytes < end
          break framing
        }
      }
    } catch {
      fault = error
    }
  }

  /// Where the slice ends, in the text.
  private var boundary: Int64 { Int64(slice + 1) * limits.sliceBytes - offset }

  private mutating func closeSlice(_ grouping: inout Grouping) {
    grouping.closeSlice(ordinal: framer.records)
    slice += 1
  }

  // MARK: - Malformed lines of NDJSON

  /// So many bytes are scanned behind a malformed line at first, then twice as many each time: where all lines are
  /// malformed, each is scanned once or twice all the same.
  private static let firstWindow = 1024

  /// Remembers in which line the fault lies.
  private mutating func noteFaultLine(_ text: IndexedText, _ bytes: UnsafeRawBufferPointer, isFinal: Bool) -> FaultLine
  {
    let start = framer.frontier(in: text)
    let feed = bytes.lineFeed(from: start)
    let line = FaultLine(
      range: start..<(feed ?? bytes.count), end: feed != nil ? .lineFeed : isFinal ? .source : .notRead)
    faultLine = line
    return line
  }

  /// Takes the line, without white space at its end, for a malformed record.
  /// - Returns: where the next line begins.
  private mutating func passLine(
    _ line: Range<Int>, _ bytes: UnsafeRawBufferPointer, _ grouping: inout Grouping
  ) -> Int {
    var end = line.upperBound
    while end > line.lowerBound, [0x20, 0x09, 0x0D].contains(bytes[end - 1]) { end -= 1 }
    guard end - line.lowerBound <= limits.recordBytes else {
      oversized = line.lowerBound
      return line.lowerBound
    }
    while Int64(line.lowerBound) >= boundary { closeSlice(&grouping) }
    grouping.current.records.append(
      .init(slot: framer.slot, range: line.lowerBound..<end, findings: .malformed))
    framer.passLine()
    return line.upperBound + 1
  }

  /// Forgets what the scanner saw of a malformed line and behind it: an open quote turns strings inside out.
  private mutating func restartScan(at place: Int, _ bytes: UnsafeRawBufferPointer) {
    for byte in bytes[counted.place..<place] where byte == 0x0A { counted.line += 1 }
    counted.place = place
    scanner = StructuralScanner()
    scannedFrom = counted.line
    fault = nil
    faultLine = nil
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
    line = scannedFrom + scanner.lines
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
    counted = (0, line)
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

  private func failure(_ fault: JSONFault, _ bytes: UnsafeRawBufferPointer) -> Failure {
    let fault = faultLine?.fault(in: bytes, layout) ?? fault.named(in: bytes)
    return .malformed(fault.kind, location(fault.offset, bytes))
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
}
