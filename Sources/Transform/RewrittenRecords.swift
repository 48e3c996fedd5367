internal import JSONStream
internal import Records

/// The records of a batch that a policy rewrote, one after another in one text, each followed by padding.
final class RewrittenRecords {
  private var sink = ByteSink(capacity: 1024)
  private var index: [UInt32] = []
  private var links: [UInt32] = []
  private var checker: ValueChecker
  /// Where each of them lies in `bytes`, by its place in the source.
  private(set) var places: [Int64: Range<Int>] = [:]

  /// - Parameter depthLimit: what the records were checked against before.
  init(depthLimit: Int) { checker = ValueChecker(depthLimit: depthLimit) }

  /// All of them; valid until the next `append`.
  var bytes: UnsafeRawBufferPointer { sink.bytes }

  func removeAll() {
    sink.removeAll()
    places.removeAll(keepingCapacity: true)
  }

  /// Adds a record, indexes it and hands it to `body` as an indexed text whose first entry is the record's.
  func append(
    _ record: [UInt8], ordinal: Int64, _ body: (IndexedText) throws(CancellationError) -> Void
  ) throws(CancellationError) {
    let start = sink.count
    places[ordinal] = start..<start + record.count
    let scanned = ScanMemory.scanned(record.count)
    let room = scanned + ScanMemory.padding
    record.withUnsafeBytes { sink.append($0) }
    for _ in record.count..<room { sink.append(0x20) }
    if index.count < room {
      index = [UInt32](repeating: 0, count: room)
      links = index
    }
    var scanner = StructuralScanner()
    try index.withUnsafeMutableBufferPointer { (index) throws(CancellationError) in
      try links.withUnsafeMutableBufferPointer { (links) throws(CancellationError) in
        let count = scanner.scan(sink.bytes, start..<start + scanned, into: index, count: 0)
        let text = IndexedText(
          bytes: UnsafeRawBufferPointer(rebasing: sink.bytes[..<(start + record.count)]),
          index: UnsafeBufferPointer(rebasing: index[..<count]), links: links, isFinal: true)
        guard case .complete = checker.check(text, from: 0) else { return }
        try body(text)
      }
    }
  }
}

/// Bytes that stay where they are, followed by padding.
final class PaddedText {
  let bytes: UnsafeRawBufferPointer

  init(_ text: [UInt8]) {
    let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: text.count + Padding.text, alignment: 16)
    memory.copyBytes(from: text)
    for i in text.count..<text.count + Padding.text { memory[i] = 0x20 }
    bytes = UnsafeRawBufferPointer(rebasing: memory[..<text.count])
  }

  deinit { bytes.deallocate() }
}
