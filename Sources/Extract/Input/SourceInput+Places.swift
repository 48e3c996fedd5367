internal import Platform

extension SourceInput {
  /// Reads on and throws away until byte `offset` of the unpacked source, then returns `count` bytes; fewer where the
  /// source ends before that.
  public func skip(to offset: Int64, thenRead count: Int) throws(ExtractError) -> [UInt8] {
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 64)
    defer { buffer.deallocate() }
    var left = offset
    while left > 0 {
      let part = UnsafeMutableRawBufferPointer(rebasing: buffer[..<Int(min(left, Int64(buffer.count)))])
      let got = try read(into: part)
      if got == 0 { return [] }
      left -= Int64(got)
    }
    var bytes = [UInt8](repeating: 0, count: count)
    let got = try bytes.withUnsafeMutableBufferPointer { (bytes) throws(ExtractError) in
      try read(into: UnsafeMutableRawBufferPointer(bytes))
    }
    return Array(bytes[..<got])
  }

  /// Whether the source can be read once only: standard input, a named pipe.
  public static func isPipe(_ path: String) -> Bool {
    path == SourceFile.standardInput || (try? FileStatus(at: path))?.isPipe == true
  }

  /// The size of a file on disk, for progress; nil where it is not known.
  public static func size(ofFileAt path: String) -> Int64? {
    SourceIdentity(ofFileAt: path)?.size
  }
}

extension SourceIdentity {
  /// Which file lies at the path now; nil where there is none, or none of known size. It is not opened: whoever writes
  /// to a named pipe would take that for its reader.
  public init?(ofFileAt path: String) {
    guard path != SourceFile.standardInput, let status = try? FileStatus(at: path), status.isFile else { return nil }
    self.init(path: path, status)
  }
}
