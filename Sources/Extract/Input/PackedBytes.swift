/// The bytes of a packed file for a decoder, a buffer at a time.
final class PackedBytes {
  let file: SourceFile
  private let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 128 << 10, alignment: 64)
  private var range = 0..<0

  init(_ file: SourceFile) {
    self.file = file
  }

  deinit { buffer.deallocate() }

  /// What was read and not taken; valid until the next call of `refill`.
  var unread: UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: buffer[range]) }

  /// Where the first unread byte lies in the file.
  var position: Int64 { file.position - Int64(range.count) }

  /// Reads on where nothing is unread. Returns false when nothing is left.
  func refill() throws(ExtractError) -> Bool {
    if range.isEmpty { range = 0..<(try file.read(into: buffer)) }
    return !range.isEmpty
  }

  /// The first `count` unread bytes are used up.
  func take(_ count: Int) {
    range = (range.lowerBound + count)..<range.upperBound
  }

  func error(_ kind: ExtractError.Kind, _ message: String) -> ExtractError {
    ExtractError(kind, file: file.path, message, offset: position)
  }
}

/// Unpacks a source.
protocol SourceDecoder: AnyObject {
  /// Fills the buffer as far as the source goes. Returns how many bytes that were; fewer only at the end, which is
  /// where the packed data ends as well as the file. Not to be called again after it threw.
  func read(into buffer: UnsafeMutableRawBufferPointer) throws(ExtractError) -> Int
}
