public import Records

/// Reads `stages/<dataset>.records.ndjson.zst` back. One owner, whose thread it may block.
public final class RecordsFileReader {
  private let file: StageFileReader

  /// Reads the head.
  public init(_ input: consuming StageInput) throws {
    file = try StageFileReader(input, kind: .records)
  }

  public var head: StageHead { file.head }
  public var name: String { file.frames.name }
  /// Bytes of the file read so far, and in all where that is known.
  public var position: Int64 { file.frames.position }
  public var size: Int64? { file.frames.size }
  /// nil until `next` has returned nil.
  public var foot: StageFoot? { file.foot }

  /// The records of the next block, or nil when the file is complete.
  public func next() throws -> SavedRecords? {
    guard let block = try file.next(fixed: { _ in throw file.frames.damaged("a block that does not belong here") })
    else { return nil }
    return try file.reading {
      let records = try Self.decode(block)
      try file.check(slice: records.slice)
      return records
    }
  }

  private static func decode(_ block: StageFrameReader.Block) throws -> SavedRecords {
    var reader = SidecarReader(block.sidecar)
    let slice = try reader.size()
    let closesSlice = try reader.flag()
    let readTo = try reader.offset()
    let count = try reader.count(ofAtLeast: 5)
    var records = SavedRecords(bytes: [], places: [], slice: slice, closesSlice: closesSlice, readTo: readTo)
    guard block.data.count >= count else { throw SidecarReader.Malformed() }
    records.bytes.reserveCapacity(block.data.count - count)
    records.places.reserveCapacity(count)
    var previous = SavedRecords.Place(ordinal: -1, offset: 0, line: 1, end: 0)
    var lineStart = 0
    for _ in 0..<count {
      var place = SavedRecords.Place(
        ordinal: previous.ordinal &+ (try reader.signed()) &+ 1,
        fileOrdinal: previous.fileOrdinal &+ (try reader.signed()) &+ 1,
        offset: previous.offset &+ (try reader.signed()), line: previous.line &+ (try reader.signed()), end: 0)
      let lineEnd = lineStart + (try reader.size())
      guard lineEnd < block.data.count, block.data[lineEnd] == 0x0A else { throw SidecarReader.Malformed() }
      guard place.ordinal > previous.ordinal, place.offset >= previous.offset, place.line >= previous.line,
        place.ordinal.isCount, place.fileOrdinal.isCount, place.fileOrdinal <= place.ordinal, place.offset.isCount,
        place.line.isCount
      else {
        throw SidecarReader.Malformed()
      }
      records.bytes.append(contentsOf: block.data[lineStart..<lineEnd])
      lineStart = lineEnd + 1
      place.end = records.bytes.count
      records.places.append(place)
      previous = place
    }
    guard lineStart == block.data.count else { throw SidecarReader.Malformed() }
    try restoreBreaks(&reader, in: &records.bytes)
    return records
  }

  private static func restoreBreaks(_ reader: inout SidecarReader, in bytes: inout [UInt8]) throws {
    var place = 0
    for _ in 0..<(try reader.count(ofAtLeast: 1)) {
      place += try reader.size()
      guard place >> 1 < bytes.count, bytes[place >> 1] == 0x20 else { throw SidecarReader.Malformed() }
      bytes[place >> 1] = place & 1 == 0 ? 0x0A : 0x0D
    }
    guard reader.isAtEnd else { throw SidecarReader.Malformed() }
  }
}
