import Platform
internal import Records

/// Reads a text file of a run folder line by line, however large it is; one line is held whole.
///
/// One owner at a time, whose thread it may block.
public final class LineReader {
  public struct Line {
    /// Without its line feed.
    public let bytes: [UInt8]
    /// Counted from 1.
    public let number: Int
    /// False for what follows the last line feed: the file was cut, or is still being written.
    public let isWhole: Bool
  }

  private let file: Descriptor
  private let limit: Int
  private let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 256 << 10, alignment: 64)
  /// What of `buffer` was read and not handed out.
  private var rest = 0..<0
  private var offset: Int64 = 0
  private var lines = 0

  /// Opens the file `name`; nil when there is none.
  public convenience init?(in folder: RunFolder, name: String) throws(ArchiveError) {
    try self.init(in: folder, name: name, limit: Self.largestLine)
  }

  /// - Parameter limit: the most bytes that a line may have.
  init?(in folder: RunFolder, name: String, limit: Int) throws(ArchiveError) {
    guard let file = try folder.openFile(FileName(name)) else { return nil }
    self.file = file
    self.limit = limit
  }

  deinit { buffer.deallocate() }

  /// A record as large as may be, in a string each of whose bytes is escaped, and what stands around it.
  static let largestLine = 2 * CountLimit.largestRecord + (1 << 20)

  /// The next line; nil behind the last one.
  /// - Throws: `archive.damaged` for a line that is longer than any that a run writes.
  public func next() throws(ArchiveError) -> Line? {
    var bytes: [UInt8] = []
    while true {
      if rest.isEmpty, try !fill() {
        guard !bytes.isEmpty else { return nil }
        return line(bytes, isWhole: false)
      }
      let part = UnsafeRawBufferPointer(rebasing: buffer[rest])
      if let end = part.firstIndex(of: UInt8(ascii: "\n")) {
        bytes += part[..<end]
        rest = rest.lowerBound + end + 1..<rest.upperBound
        return line(bytes, isWhole: true)
      }
      bytes += part
      rest = 0..<0
      guard bytes.count <= limit else {
        throw ArchiveError(.damaged, "is longer than a line may be", file: file.name, line: lines + 1)
      }
    }
  }

  private func line(_ bytes: [UInt8], isWhole: Bool) -> Line {
    lines += 1
    return Line(bytes: bytes, number: lines, isWhole: isWhole)
  }

  /// - Returns: false at the end of the file.
  private func fill() throws(ArchiveError) -> Bool {
    let count = try file.read(into: buffer, at: offset)
    offset += Int64(count)
    rest = 0..<count
    return count > 0
  }
}
