public import PipelineSpec
internal import Platform

/// The bytes of a source in order, unpacked where it is gzip or zstd.
///
/// Blocking; one owner, on one thread. Closed with the last reference.
public final class SourceInput {
  /// Which file it was when it was opened.
  public let identity: SourceIdentity
  private let file: SourceFile
  private let packed: PackedBytes?
  private let decoder: (any SourceDecoder)?

  /// Opens a file or a named pipe, or takes standard input for `-`, and looks at its first bytes. A named pipe is
  /// waited for until somebody writes to it, or the task is cancelled.
  /// - Parameter directory: what no symbolic link on the way to the file may lead out of; nil: they may lead anywhere.
  public init(path: String, within directory: String? = nil) throws(ExtractError) {
    file = try SourceFile(path: path, within: directory)
    identity = SourceIdentity(file)
    switch Compression(firstBytes: try file.peek(Compression.magicLength)) {
    case .none:
      packed = nil
      decoder = nil
    case .gzip:
      let packed = PackedBytes(file)
      self.packed = packed
      decoder = try GzipDecoder(packed)
    case .zstd:
      let packed = PackedBytes(file)
      self.packed = packed
      decoder = try ZstdDecoder(packed)
    }
  }

  /// Whether anything lies at the path, also a file that cannot be read or a link that leads nowhere: only where this says
  /// no may an optional dataset be taken for empty.
  public static func exists(_ path: String) -> Bool { SourceFile.exists(path) }

  /// Fills the buffer as far as the source goes. Returns how many bytes that were; fewer only at the end, 0 when
  /// nothing is left. A packed source that ends early, is damaged or is followed by something else throws; it is not to
  /// be read on after that.
  public func read(into buffer: UnsafeMutableRawBufferPointer) throws(ExtractError) -> Int {
    if let decoder { return try decoder.read(into: buffer) }
    return try file.read(into: buffer)
  }

  /// Bytes of the file used up so far, packed where it is packed: beside `size`, how far it is.
  public var consumed: Int64 { packed?.position ?? file.position }

  /// The bytes of the file on disk; nil where nobody can know, as for a pipe.
  public var size: Int64? { file.status.isFile ? file.status.size : nil }

  /// Throws `changed` when the file was written to, replaced or removed since it was opened; to be called after the
  /// last byte. A pipe has nothing to compare.
  public func checkUnchanged() throws(ExtractError) { try file.checkUnchanged() }
}

extension SourceInput {
  public convenience init(_ source: Source) throws(ExtractError) {
    try self.init(path: source.file, within: source.directory)
  }
}

extension SourceIdentity {
  init(_ file: SourceFile) { self.init(path: file.path, file.status) }

  init(path: String, _ status: FileStatus) {
    self.init(
      path: path, device: status.device, inode: status.inode, size: status.size,
      modifiedSeconds: status.modified.seconds, modifiedNanoseconds: status.modified.nanoseconds,
      isRegular: status.isFile && path != SourceFile.standardInput)
  }
}
