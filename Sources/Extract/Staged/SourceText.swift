internal import JSONStream
internal import Records

/// The text of a source around some of its records: everything else is white space.
struct SourceText {
  let memory: Buffer
  /// The text, and room for its index, in `memory`.
  let scan: ScanMemory
  /// Bytes of text; behind them lie spaces.
  let count: Int
  /// Where the first byte lies in the source.
  let offset: Int64

  /// - Parameter run: records that lie close together; not empty.
  init(_ saved: SavedRecords, _ run: Range<Int>, file: String, pool: BufferPool) throws(ExtractError) {
    try Self.check(saved, run, file: file)
    let last = run.upperBound - 1
    offset = saved.places[run.lowerBound].offset
    count = Int(saved.places[last].offset - offset) + saved.range(of: last).count
    memory = pool.take(ScanMemory.size(ofText: count))
    scan = ScanMemory(memory.bytes, ofText: count)
    let (text, offset) = (scan.text, offset)
    _ = text.initializeMemory(as: UInt8.self, repeating: 0x20)
    saved.bytes.withUnsafeBytes { bytes in
      for i in run {
        let start = Int(saved.places[i].offset - offset)
        let range = saved.range(of: i)
        UnsafeMutableRawBufferPointer(rebasing: text[start..<start + range.count])
          .copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[range]))
        guard i < last else { continue }
        let feeds = Int(saved.places[i + 1].line - saved.places[i].line) - Self.lineFeeds(bytes, range)
        for gap in 0..<feeds { text[start + range.count + gap] = 0x0A }
      }
    }
  }

  /// Records must not overlap, and the gap behind each must have room for its line feeds.
  private static func check(_ saved: SavedRecords, _ run: Range<Int>, file: String) throws(ExtractError) {
    for i in run {
      let (place, length) = (saved.places[i], Int64(saved.range(of: i).count))
      guard place.offset >= 0, place.line >= 1, length > 0,
        !place.offset.addingReportingOverflow(length).overflow
      else { throw misplaced(place, file) }
      guard i + 1 < run.upperBound else { continue }
      let next = saved.places[i + 1]
      guard next.offset >= place.offset else { throw misplaced(next, file) }
      let gap = next.offset - (place.offset + length)
      let (lines, overflows) = next.line.subtractingReportingOverflow(place.line)
      let feeds = lines &- Int64(saved.bytes.withUnsafeBytes { lineFeeds($0, saved.range(of: i)) })
      guard !overflows, gap >= 0, feeds >= 0, feeds <= gap else { throw misplaced(next, file) }
    }
  }

  private static func misplaced(_ place: SavedRecords.Place, _ file: String) -> ExtractError {
    ExtractError(
      .staged, file: file, "the stage file places a record where it cannot lie", offset: place.offset)
  }

  private static func lineFeeds(_ bytes: UnsafeRawBufferPointer, _ range: Range<Int>) -> Int {
    bytes[range].reduce(into: 0) { if $1 == 0x0A { $0 += 1 } }
  }
}
