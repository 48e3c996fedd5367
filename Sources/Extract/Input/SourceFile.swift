internal import Platform
internal import Records

/// An open source, byte for byte as it lies on disk or comes down a pipe. Closed with the last reference.
///
/// Reads rather than maps: a file cut short while it is mapped would end the process.
final class SourceFile {
  static let standardInput = "-"

  /// As the pipeline gives it.
  let path: String
  /// When it was opened.
  let status: FileStatus
  /// Bytes handed out.
  private(set) var position: Int64 = 0
  private let descriptor: SourceDescriptor
  /// Bytes that were looked at and not handed out.
  private var ahead: [UInt8] = []

  /// Refuses what is neither a file nor a named pipe before it is opened: opening some devices does something.
  /// - Parameter directory: what no symbolic link may lead out of.
  init(path: String, within directory: String? = nil) throws(ExtractError) {
    self.path = path
    do {
      if path == Self.standardInput {
        descriptor = SourceDescriptor(borrowing: STDIN_FILENO, name: path)
      } else {
        let place = try Self.place(path, within: directory)
        let status = try place.status()
        try Self.refuse(status.whatElse, path)
        descriptor = try place.open(isPipe: status.isPipe)
      }
      status = try descriptor.status()
    } catch {
      throw Self.error(error, path)
    }
    // What standard input is, is not ours to choose: a terminal or a socket will do.
    if path != Self.standardInput || status.isFolder { try Self.refuse(status.whatElse, path) }
  }

  /// Refuses what `init` would refuse of a named pipe. It is not opened: whoever writes to it would take that for its
  /// reader.
  static func checkPipe(_ path: String, within directory: String?) throws(ExtractError) {
    do {
      _ = try place(path, within: directory).status()
    } catch {
      throw Self.error(error, path)
    }
  }

  /// Whether anything lies at the path, also a file that cannot be read or a link that leads nowhere. True for a URL and
  /// for a pattern: they name no file that could be missing.
  static func exists(_ path: String) -> Bool {
    if path == standardInput { return true }
    do throws(Errno) {
      _ = try FileStatus(at: path, followingLinks: false)
    } catch {
      if error.isMissing, case .plain = MissingFile(path: path) { return false }
    }
    return true
  }

  var isRegular: Bool { status.isFile && path != Self.standardInput }

  /// The first bytes that are not handed out yet: `count` of them, or fewer where the source ends.
  func peek(_ count: Int) throws(ExtractError) -> [UInt8] {
    let bytes = UnsafeMutableRawBufferPointer.allocate(byteCount: count, alignment: 1)
    defer { bytes.deallocate() }
    while ahead.count < count {
      let got = try readSome(into: UnsafeMutableRawBufferPointer(rebasing: bytes[ahead.count...]))
      if got == 0 { break }
      ahead += bytes[ahead.count..<ahead.count + got]
    }
    return ahead
  }

  /// Fills the buffer as far as the source goes. Returns how many bytes that were; fewer only at the end.
  func read(into buffer: UnsafeMutableRawBufferPointer) throws(ExtractError) -> Int {
    var filled = min(ahead.count, buffer.count)
    if filled > 0 {
      buffer.copyBytes(from: ahead[..<filled])
      ahead.removeFirst(filled)
    }
    while filled < buffer.count {
      let got = try readSome(into: UnsafeMutableRawBufferPointer(rebasing: buffer[filled...]))
      if got == 0 { break }
      filled += got
    }
    position += Int64(filled)
    return filled
  }

  /// Throws when the file is not what it was when it was opened, or another one lies at its path. A pipe has nothing
  /// to compare.
  func checkUnchanged() throws(ExtractError) {
    guard status.isFile else { return }
    let difference: String?
    do {
      difference = try differenceSinceOpened()
    } catch {
      guard error.isMissing else { throw Self.error(error, path) }
      difference = "was removed"
    }
    if let difference { throw ExtractError(.changed, file: path, "the file \(difference) while it was read") }
  }

  private func differenceSinceOpened() throws(Errno) -> String? {
    if path != Self.standardInput, let difference = status.difference(from: try FileStatus(at: path)) {
      return difference
    }
    return status.difference(from: try descriptor.status())
  }

  private func readSome(into buffer: UnsafeMutableRawBufferPointer) throws(ExtractError) -> Int {
    do {
      return try descriptor.read(into: buffer)
    } catch {
      throw Self.error(error, path)
    }
  }

  private static func place(_ path: String, within directory: String?) throws -> SourcePlace {
    guard let directory else { return SourcePlace(path) }
    guard let place = try SourcePlace(path, within: directory) else {
      throw ExtractError(.outside, file: path, "a symbolic link leads out of the source's directory \(directory)")
    }
    return place
  }

  private static func refuse(_ what: String?, _ path: String) throws(ExtractError) {
    guard let what else { return }
    throw ExtractError(
      .notAFile, file: path, "this is \(what), not a file",
      remedy: what == FileStatus.folder
        ? "name one file in it, or join them: jq -c . \(path.asShellWord)/*.json > all.ndjson" : nil)
  }

  private static func error(_ error: any Error, _ path: String) -> ExtractError {
    switch error {
    case let error as ExtractError: error
    case let error as Errno: Self.error(error, path)
    default: ExtractError(.unreadable, file: path, "cannot be read: \(error)")
    }
  }

  private static func error(_ error: Errno, _ path: String) -> ExtractError {
    error.isMissing
      ? MissingFile(path: path).error(path)
      : ExtractError(.unreadable, file: path, "cannot be read: \(error)")
  }
}
