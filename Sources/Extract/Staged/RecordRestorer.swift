internal import JSONStream
public import PipelineSpec
public import Records
internal import Scalars

/// Turns records of a stage file into batches as extract makes them: the same places, lines, slices and findings, so
/// that everything behind it comes out as if it had read the source.
///
/// The source's text is built again around the records: each at its own offset, white space between them with as many
/// line feeds as the lines say. One owner.
public struct RecordRestorer: ~Copyable {
  private let file: String
  private let depthLimit: Int
  private let pool: BufferPool
  /// Lines of NDJSON may be malformed: extract set them aside.
  private let allowsMalformed: Bool
  private var checker: ValueChecker
  /// So many records are looked at together: few behind a malformed one, which may spoil the text of those behind it.
  private var most = Int.max

  /// Where more than this lies between two records, a chunk of its own begins.
  private static let largestGap: Int64 = 64 << 10
  /// An index cannot hold a place behind this.
  private static let largestSpan: Int64 = 1 << 30

  /// - Parameters:
  ///   - file: what messages call the stage file.
  ///   - format: of the dataset.
  ///   - depthLimit: objects and arrays may nest this deep.
  ///   - pool: where the chunks' memory comes from.
  public init(
    file: String, format: Source.Format = .auto, depthLimit: Int, pool: BufferPool = BufferPool(limit: 0)
  ) {
    self.file = file
    self.pool = pool
    self.depthLimit = depthLimit
    allowsMalformed = format == .ndjson
    checker = ValueChecker(depthLimit: depthLimit)
  }

  /// The records as batches, one at least, the last of which closes the slice where `saved` does.
  public mutating func restore(_ saved: SavedRecords) throws(ExtractError) -> [RecordBatch] {
    var batches: [RecordBatch] = []
    var first = 0
    while first < saved.places.count {
      let end = endOfRun(saved, from: first)
      let batch = try batch(saved, first..<end)
      first += batch.records.count
      if !batch.records.isEmpty { batches.append(batch) }
      most = most > end ? most : most * 2
      if first < end {
        batches.append(try malformed(saved, first))
        first += 1
        most = 1
      }
    }
    guard let last = batches.indices.last else { return [batch(of: saved, chunk: .empty(at: saved.readTo))] }
    batches[last].closesSlice = saved.closesSlice
    return batches
  }

  private func batch(of saved: SavedRecords, chunk: Chunk) -> RecordBatch {
    RecordBatch(
      chunk: chunk, records: [], firstOrdinal: 0, slice: saved.slice, closesSlice: saved.closesSlice,
      readTo: saved.readTo)
  }

  /// Records from `first` on that can lie in one chunk: their ordinals follow each other, also in their file, and they lie
  /// close together.
  private func endOfRun(_ saved: SavedRecords, from first: Int) -> Int {
    let start = saved.places[first]
    var next = first + 1
    while next < saved.places.count, next - first < most {
      let (last, place) = (saved.places[next - 1], saved.places[next])
      let lastEnd = last.offset &+ Int64(saved.range(of: next - 1).count)
      let end = place.offset &+ Int64(saved.range(of: next).count)
      guard place.ordinal == last.ordinal &+ 1, place.fileOrdinal == last.fileOrdinal &+ 1,
        place.offset &- lastEnd <= Self.largestGap, end &- start.offset <= Self.largestSpan
      else { break }
      next += 1
    }
    return next
  }

  /// - Returns: the records up to the first one that is malformed.
  private mutating func batch(_ saved: SavedRecords, _ run: Range<Int>) throws(ExtractError) -> RecordBatch {
    let text = try SourceText(saved, run, file: file, pool: pool)
    let (index, links) = (text.scan.index, text.scan.links)
    var scanner = StructuralScanner()
    var count = scanner.scan(
      UnsafeRawBufferPointer(text.scan.text), 0..<ScanMemory.scanned(text.count), into: index, count: 0)
    scanner.finish(at: text.count)
    let end = scanner.fault?.offset ?? text.count
    while count > 0, Int(index[count - 1] & placeMask) >= end { count -= 1 }
    let chunk = Chunk(
      in: text.memory, bytes: UnsafeRawBufferPointer(rebasing: text.scan.text[..<text.count]),
      index: UnsafeBufferPointer(rebasing: index[..<count]), links: UnsafeBufferPointer(links), offset: text.offset,
      line: saved.places[run.lowerBound].line, fresh: 0..<text.count)
    var batch = batch(of: saved, chunk: chunk)
    (batch.firstOrdinal, batch.firstFileOrdinal) = saved.places[run.lowerBound].ordinals
    batch.closesSlice = false
    let indexed = IndexedText(
      bytes: UnsafeRawBufferPointer(rebasing: chunk.bytes[..<end]), index: chunk.index, links: links,
      isFinal: scanner.fault == nil)
    batch.records = try records(saved, run, in: indexed, scanner.fault, from: chunk.offset)
    return batch
  }

  /// Checks every record as extract does, and links its brackets.
  private mutating func records(
    _ saved: SavedRecords, _ run: Range<Int>, in text: IndexedText, _ scanFault: JSONFault?, from offset: Int64
  ) throws(ExtractError) -> [Record] {
    var records: [Record] = []
    records.reserveCapacity(run.count)
    var slot = 0
    for i in run {
      let start = Int(saved.places[i].offset - offset)
      let end = start + saved.range(of: i).count
      let fault: ExtractError
      if slot < text.index.count, Int(text.index[slot] & placeMask) == start {
        switch checker.check(text, from: slot) {
        case .complete(let next, let found, let findings) where found == end:
          records.append(
            Record(
              slot: UInt32(slot), start: UInt32(start), end: UInt32(end),
              flags: findings))
          slot = next
          continue
        case .complete, .incomplete:
          fault = damaged("the record does not end where it should", at: saved.places[i].offset)
        case .invalid(let found): fault = damaged(found.kind.description, at: offset + Int64(found.offset))
        }
      } else {
        fault = damaged("no record begins here", at: saved.places[i].offset)
      }
      if isMalformed(saved, i) { return records }
      throw scanFault.map { damaged($0.kind.description, at: offset + Int64($0.offset)) } ?? fault
    }
    return records
  }

  /// Whether extract set the record aside.
  private func isMalformed(_ saved: SavedRecords, _ i: Int) -> Bool {
    allowsMalformed
      && saved.bytes.withUnsafeBytes { bytes in
        let line = UnsafeRawBufferPointer(rebasing: bytes[saved.range(of: i)])
        return LineFault.find(in: line, depthLimit: depthLimit) != nil
      }
  }

  /// The malformed record `i` in a batch and a chunk of its own.
  private func malformed(_ saved: SavedRecords, _ i: Int) throws(ExtractError) -> RecordBatch {
    let text = try SourceText(saved, i..<i + 1, file: file, pool: pool)
    let chunk = Chunk(
      in: text.memory, bytes: UnsafeRawBufferPointer(rebasing: text.scan.text[..<text.count]),
      index: UnsafeBufferPointer(start: nil, count: 0), links: UnsafeBufferPointer(start: nil, count: 0),
      offset: text.offset, line: saved.places[i].line, fresh: 0..<text.count)
    var batch = batch(of: saved, chunk: chunk)
    (batch.firstOrdinal, batch.firstFileOrdinal) = saved.places[i].ordinals
    batch.closesSlice = false
    batch.records = [Record(slot: 0, start: 0, end: UInt32(text.count), flags: .malformed)]
    return batch
  }

  private func damaged(_ why: String, at offset: Int64) -> ExtractError {
    ExtractError(.staged, file: file, "the stage file holds no such record: \(why)", offset: offset)
  }
}

extension SavedRecords.Place {
  fileprivate var ordinals: (Int64, Int64) { (ordinal, fileOrdinal) }
}
