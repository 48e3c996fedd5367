import JSONStream

/// What came of reading a whole document.
struct Reading {
  var records: [[UInt8]] = []
  var findings: [ValueFindings] = []
  var slices: [Int] = []
  /// How often each slice was closed.
  var closed: [Int: Int] = [:]
  var failure: RecordStream.Failure?

  var texts: [String] { records.map { String(decoding: $0, as: UTF8.self) } }

  var fault: JSONFault.Kind? {
    if case .malformed(let kind, _)? = failure { kind } else { nil }
  }

  var location: RecordStream.Location? {
    switch failure {
    case .malformed(_, let location)?, .tooLarge(let location)?: location
    default: nil
    }
  }

  /// Reads `bytes` in pieces of `piece` bytes.
  init(
    _ bytes: [UInt8], _ layout: RecordLayout, piece: Int = 64, recordBytes: Int = 1 << 20, sliceBytes: Int64 = 1 << 20
  ) {
    var stream = RecordStream(
      layout, limits: .init(pieceBytes: piece, recordBytes: recordBytes, sliceBytes: sliceBytes))
    var place = 0
    var before: RecordStream.Piece?
    defer { if let before { Self.free(before) } }
    do throws(RecordStream.Failure) {
      while let next = try stream.next({ buffer in
        let count = min(buffer.count, bytes.count - place)
        buffer.copyBytes(from: bytes[place..<place + count])
        place += count
        return count
      }) {
        for group in next.groups {
          for found in group.records {
            records.append(Array(next.bytes[found.range]))
            findings.append(found.findings)
            slices.append(group.slice)
          }
          if group.closesSlice { closed[group.slice, default: 0] += 1 }
        }
        if let before { Self.free(before) }
        before = next
      }
    } catch {
      failure = error
    }
  }

  init(_ text: String, _ layout: RecordLayout, piece: Int = 64) {
    self.init(Array(text.utf8), layout, piece: piece)
  }

  private static func free(_ piece: RecordStream.Piece) {
    piece.bytes.deallocate()
    piece.index.deallocate()
    piece.links.deallocate()
  }
}
