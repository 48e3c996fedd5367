import JSONStream
import Records

/// An array of these records, as extract hands it to transform.
func batches(of records: [String], pieceBytes: Int) throws -> [RecordBatch] {
  let text = Array("[\(records.joined(separator: ",\n"))]".utf8)
  var stream = RecordStream(
    RecordLayout(form: .array), limits: .init(pieceBytes: pieceBytes, recordBytes: 1 << 20, sliceBytes: 1 << 16))
  var batches: [RecordBatch] = []
  var place = 0
  // The stream looks at its last piece once more when the next one comes.
  var last: Chunk?
  defer { withExtendedLifetime(last) {} }
  while true {
    let memory = Buffer(bytes: stream.room)
    let next = try stream.next(in: memory.bytes) { buffer in
      let count = min(buffer.count, text.count - place)
      buffer.copyBytes(from: text[place..<place + count])
      place += count
      return count
    }
    guard let piece = next else { return batches }
    let chunk = Chunk(
      in: memory, bytes: piece.bytes, index: piece.index, links: piece.links, offset: piece.offset, line: piece.line,
      fresh: piece.fresh)
    last = chunk
    for group in piece.groups {
      let records = group.records.map { found in
        Record(
          slot: UInt32(found.slot), start: UInt32(found.range.lowerBound), end: UInt32(found.range.upperBound),
          flags: found.findings)
      }
      batches.append(
        RecordBatch(
          chunk: chunk, records: records, firstOrdinal: group.firstOrdinal, slice: group.slice,
          closesSlice: group.closesSlice))
    }
  }
}
