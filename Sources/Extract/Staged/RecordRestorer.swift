internal import JSONStream
public import Records

/// Turns records of a stage file into batches as extract makes them: the same places, lines, slices and findings, so
/// that everything behind it comes out as if it had read the source.
///
/// The source's text is built again around the records: each at its own offset, white space between them with as many
/// line feeds as the lines say. One owner.
public struct RecordRestorer: ~Copyable {
  private let file: String
  private var checker: ValueChecker

  /// Where more than this lies between two records, a chunk of its own begins.
  private static let largestGap: Int64 = 64 << 10
  /// An index cannot hold a place behind this.
  private static let largestSpan: Int64 = 1 << 30

  /// - Parameters:
  ///   - file: what messages call the stage file.
  ///   - depthLimit: objects and arrays may nest this deep.
  public init(file: String, depthLimit: Int) {
    self.file = file
    checker = ValueChecker(depthLimit: depthLimit)
  }

  /// The records as batches, one at least, the last of which closes the slice where `saved` does.
  public mutating func restore(_ saved: SavedRecords) throws(ExtractError) -> [RecordBatch] {
    var batches: [RecordBatch] = []
    var first = 0
    while first < saved.places.count {
      let end = endOfRun(saved, from: first)
      batches.append(try batch(saved, first..<end))
      first = end
    }
    guard let last = batches.indices.last else { return [batch(of: saved, chunk: .nothing(at: saved.readTo))] }
    batches[last].closesSlice = saved.closesSlice
    return batches
  }

  private func batch(of saved: SavedRecords, chunk: Chunk) -> RecordBatch {
    RecordBatch(
      chunk: chunk, records: [], firstOrdinal: 0, slice: saved.slice, closesSlice: saved.closesSlice,
      readTo: saved.readTo)
  }

  /// Records from `first` on that can lie in one chunk: their ordinals follow each other, and they lie close together.
  private func endOfRun(_ saved: SavedRecords, from first: Int) -> Int {
    let start = saved.places[first]
    var next = first + 1
    while next < saved.places.count {
      let (last, place) = (saved.places[next - 1], saved.places[next])
      let lastEnd = last.offset &+ Int64(saved.range(of: next - 1).count)
      let end = place.offset &+ Int64(saved.range(of: next).count)
      guard place.ordinal == last.ordinal &+ 1, place.offset &- lastEnd <= Self.largestGap,
        end &- start.offset <= Self.largestSpan
      else { break }
      next += 1
    }
    return next
  }

  private mutating func batch(_ saved: SavedRecords, _ run: Range<Int>) throws(ExtractError) -> RecordBatch {
    let text = try SourceText(saved, run, file: file)
    let index = UnsafeMutableBufferPointer<UInt32>.allocate(capacity: text.scanned + 128)
    let links = UnsafeMutableBufferPointer<UInt32>.allocate(capacity: text.scanned + 128)
    var scanner = StructuralScanner()
    let count = scanner.scan(UnsafeRawBufferPointer(text.memory), 0..<text.scanned, into: index, count: 0)
    scanner.finish(at: text.count)
    // From here the chunk owns all three allocations.
    let chunk = Chunk(
      bytes: UnsafeRawBufferPointer(rebasing: text.memory[..<text.count]),
      index: UnsafeBufferPointer(rebasing: index[..<count]), links: UnsafeBufferPointer(links), offset: text.offset,
      line: saved.places[run.lowerBound].line, fresh: 0..<text.count)
    var batch = batch(of: saved, chunk: chunk)
    batch.firstOrdinal = saved.places[run.lowerBound].ordinal
    batch.closesSlice = false
    if let fault = scanner.fault { throw damaged(fault.kind.description, at: chunk.offset + Int64(fault.offset)) }
    let indexed = IndexedText(bytes: chunk.bytes, index: chunk.index, links: links, isFinal: true)
    batch.records = try records(saved, run, in: indexed, from: chunk.offset)
    return batch
  }

  /// Checks every record as extract does, and links its brackets.
  private mutating func records(
    _ saved: SavedRecords, _ run: Range<Int>, in text: IndexedText, from offset: Int64
  ) throws(ExtractError) -> [Record] {
    var records: [Record] = []
    records.reserveCapacity(run.count)
    var slot = 0
    for i in run {
      let start = Int(saved.places[i].offset - offset)
      let end = start + saved.range(of: i).count
      guard slot < text.index.count, Int(text.index[slot] & placeMask) == start else {
        throw damaged("no record begins here", at: saved.places[i].offset)
      }
      switch checker.check(text, from: slot) {
      case .complete(let next, let found, let findings) where found == end:
        records.append(
          Record(
            slot: UInt32(slot), start: UInt32(start), end: UInt32(end),
            flags: RecordFlags(rawValue: findings.rawValue)))
        slot = next
      case .complete, .incomplete:
        throw damaged("the record does not end where it should", at: saved.places[i].offset)
      case .invalid(let fault): throw damaged(fault.kind.description, at: offset + Int64(fault.offset))
      }
    }
    return records
  }

  private func damaged(_ why: String, at offset: Int64) -> ExtractError {
    ExtractError(.staged, file: file, "the stage file holds no such record: \(why)", offset: offset)
  }
}

extension Chunk {
  /// A chunk without bytes.
  fileprivate static func nothing(at offset: Int64) -> Chunk {
    Chunk(
      bytes: UnsafeRawBufferPointer(start: nil, count: 0), index: UnsafeBufferPointer(start: nil, count: 0),
      links: UnsafeBufferPointer(start: nil, count: 0), offset: offset, line: 1, fresh: 0..<0)
  }
}
