import JSONStream
import Scalars

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
    // The stream looks at its last piece once more when the next one comes.
    var (memory, before) = (Self.memory(0), Self.memory(0))
    defer {
      memory.deallocate()
      before.deallocate()
    }
    do throws(RecordStream.Failure) {
      while true {
        before.deallocate()
        (before, memory) = (memory, Self.memory(stream.room))
        let piece = try stream.next(in: memory) { buffer in
          let count = min(buffer.count, bytes.count - place)
          buffer.copyBytes(from: bytes[place..<place + count])
          place += count
          return count
        }
        guard let next = piece else { return }
        for group in next.groups {
          for found in group.records {
            records.append(Array(next.bytes[found.range]))
            findings.append(found.findings)
            slices.append(group.slice)
          }
          if group.closesSlice { closed[group.slice, default: 0] += 1 }
        }
      }
    } catch {
      failure = error
    }
  }

  init(_ text: String, _ layout: RecordLayout, piece: Int = 64) {
    self.init(Array(text.utf8), layout, piece: piece)
  }

  /// Memory that shows what is read although nobody wrote it: no byte of it is white space, or of JSON.
  private static func memory(_ bytes: Int) -> UnsafeMutableRawBufferPointer {
    let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes, alignment: 64)
    memory.initializeMemory(as: UInt8.self, repeating: 0xFF)
    return memory
  }
}
