import Platform

/// Archives a folder of the user's as a tar stream inside our frames: `zstd -dc F | tar x` restores it.
///
/// Regular files, folders and symbolic links (as links) with their permissions, numeric owners and modification times,
/// in the order of their names' bytes: the same folder gives the same stream. A file of several hard links
/// is stored once for each. Anything else (a pipe, a socket, a device) is an error: a backup that left something out
/// would be none.
public struct FolderArchive {
  /// What was archived.
  public struct Summary: Sendable, Equatable {
    public internal(set) var files = 0
    public internal(set) var folders = 0
    public internal(set) var links = 0
    /// The sizes of the files.
    public internal(set) var bytes: Int64 = 0
  }

  /// Names for the archives of `paths`: `backup/include-uploads.tar.zst`, numbered where two folders have the same name.
  public static func names(for paths: [String]) -> [String] {
    var taken: Set<String> = []
    return paths.map { path in
      let plain = lastComponent(of: path).utf8.map { FileName.isPlain($0) ? $0 : UInt8(ascii: "_") }
      let stem = String(decoding: plain.prefix(200), as: UTF8.self)
      var label = stem
      var number = 2
      while !taken.insert(label).inserted {
        label = "\(stem)-\(number)"
        number += 1
      }
      return RunLayout.folderArchive(label)
    }
  }

  /// That there is a folder at `path`, and that it can be read.
  public static func check(folder path: String) throws(ArchiveError) { _ = try Descriptor(folder: path).entries() }

  /// Appends the folder at `path`, under its own name, to `writer`; the caller finishes the writer.
  /// - Parameters:
  ///   - run: the run folder that is being written, which must not lie inside the folder.
  ///   - durable: called with each frame that became durable.
  /// - Throws: `archive.changed` when a file or folder changes while it is read, naming it; `archive.unsupported`; what
  ///   `durable` throws; `CancellationError`.
  public static func append(
    folder path: String, to writer: FrameWriter, of run: RunFolder, durable: @escaping (Frame) throws -> Void
  ) throws -> Summary {
    let root = try Descriptor(folder: path)
    var walk = try FolderWalk(writer: writer, run: run.status(), durable: durable)
    try walk.append(folder: root, path: Array(lastComponent(of: path).utf8), status: root.status())
    try walk.append(TarHeader.end)
    return walk.summary
  }

  /// The folder's own name, also for `.` and the like.
  private static func lastComponent(of path: String) -> String {
    guard let resolved = realpath(path, nil) else { return "folder" }
    defer { free(resolved) }
    return String(cString: resolved).split(separator: "/").last.map(String.init) ?? "root"
  }
}

/// The walk through one folder.
private struct FolderWalk {
  let writer: FrameWriter
  let run: FileStatus
  let durable: (Frame) throws -> Void
  let buffer = ReadBuffer()
  var summary = FolderArchive.Summary()

  func append(_ bytes: [UInt8]) throws {
    try bytes.withUnsafeBytes { try append($0) }
  }

  func append(_ bytes: UnsafeRawBufferPointer) throws {
    for frame in try writer.append(bytes) { try durable(frame) }
  }

  mutating func append(folder: borrowing Descriptor, path: [UInt8], status: FileStatus) throws {
    guard !status.isSameFile(as: run) else {
      throw ArchiveError(
        .unsupported, "holds the run folder itself, whose backup would grow for ever", file: folder.name,
        remedy: "keep the runs outside of the folders in backup.include")
    }
    summary.folders += 1
    try append(TarHeader(path: path + [UInt8(ascii: "/")], kind: .folder, status: status).encoded)
    for entry in try folder.entries() {
      if Task.isCancelled { throw CancellationError() }
      try append(entry, in: folder, path: path + [UInt8(ascii: "/")] + entry)
    }
    guard try folder.status() == status else { throw changed(path) }
  }

  private mutating func append(_ entry: [UInt8], in folder: borrowing Descriptor, path: [UInt8]) throws {
    guard let status = try folder.status(of: entry.terminated) else { throw changed(path) }
    if status.isFolder {
      let inner = try Descriptor(
        entry.terminated, in: folder, O_RDONLY | O_NOFOLLOW | O_DIRECTORY, name: text(path))
      guard try inner.status().isSameFile(as: status) else { throw changed(path) }
      try append(folder: inner, path: path, status: inner.status())
    } else if status.isFile {
      let file = try Descriptor(
        entry.terminated, in: folder, O_RDONLY | O_NOFOLLOW | O_NONBLOCK, name: text(path))
      guard try file.status() == status else { throw changed(path) }
      try append(file: file, path: path, status: status)
    } else if status.isLink {
      summary.links += 1
      let target = try folder.target(ofLink: entry.terminated, name: text(path))
      try append(TarHeader(path: path, kind: .link(target), status: status).encoded)
    } else {
      throw ArchiveError(
        .unsupported, "is neither a file, a folder nor a symbolic link", file: text(path),
        remedy: "leave its folder out of backup.include")
    }
  }

  private mutating func append(file: borrowing Descriptor, path: [UInt8], status: FileStatus) throws {
    try append(TarHeader(path: path, kind: .file, status: status).encoded)
    var offset: Int64 = 0
    while offset < status.size {
      if Task.isCancelled { throw CancellationError() }
      let wanted = Int(min(status.size - offset, Int64(buffer.bytes.count)))
      let part = UnsafeMutableRawBufferPointer(rebasing: buffer.bytes[..<wanted])
      guard try file.read(into: part, at: offset) == wanted else { throw changed(path) }
      try append(UnsafeRawBufferPointer(part))
      offset += Int64(wanted)
    }
    try append(TarHeader.padding(after: status.size))
    guard try file.status() == status else { throw changed(path) }
    summary.files += 1
    summary.bytes += status.size
  }

  private func changed(_ path: [UInt8]) -> ArchiveError {
    ArchiveError(
      .changed, "changed while it was read", file: text(path), remedy: "stop what writes to it, then resume")
  }

  private func text(_ path: [UInt8]) -> String { String(decoding: path, as: UTF8.self) }
}

extension [UInt8] {
  /// As the C library takes a name.
  fileprivate var terminated: [CChar] { map { CChar(bitPattern: $0) } + [0] }
}

private final class ReadBuffer {
  let bytes = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 18, alignment: 64)
  deinit { bytes.deallocate() }
}
