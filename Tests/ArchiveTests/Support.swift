import Foundation
import Testing

@testable import Archive

/// A folder of its own for one test, removed with the last reference. The process creates files under umask 0, so that
/// modes are those that the code asks for.
final class Scratch {
  let path: String

  init() throws {
    _ = Self.umaskIsZero
    var template = Array((FileManager.default.temporaryDirectory.path + "/archive-tests-XXXXXX").utf8CString)
    let made = try #require(mkdtemp(&template))
    path = String(cString: made)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  private static let umaskIsZero: Bool = {
    umask(0)
    return true
  }()

  func run(_ id: String = "20261123T051200Z-3fa9c1") throws -> RunFolder {
    try RunFolder.create(id, in: path + "/runs")
  }

  func mode(_ path: String) throws -> UInt32 {
    var status = stat()
    try #require(lstat(path, &status) == 0, "\(path)")
    return UInt32(status.st_mode) & 0o7777
  }
}

extension RunFolder {
  func bytes(of name: String) throws -> [UInt8] { [UInt8](try Data(contentsOf: url(name))) }
  func overwrite(_ name: String, with bytes: [UInt8]) throws { try Data(bytes).write(to: url(name)) }

  /// Changes one byte in place for as long as `body` runs: cheap enough to do for every byte of a file.
  func withByte(_ place: Int, of name: String, flippedBy mask: UInt8, _ body: () throws -> Void) throws {
    let raw = openat(AT_FDCWD, url(name).path, O_RDWR)
    defer { close(raw) }
    var byte: UInt8 = 0
    try #require(pread(raw, &byte, 1, place) == 1)
    byte ^= mask
    try #require(pwrite(raw, &byte, 1, place) == 1)
    defer {
      byte ^= mask
      pwrite(raw, &byte, 1, place)
    }
    try body()
  }

  func url(_ name: String) -> URL { URL(fileURLWithPath: path + "/" + name) }
}

/// What a finished tool left behind.
struct Finished {
  let status: Int32
  let output: [UInt8]
  var text: String { String(decoding: output, as: UTF8.self) }
}

func tool(_ name: String, _ arguments: String..., in folder: String = "/") throws -> Finished {
  let process = Process()
  process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
  process.arguments = ["LC_ALL=C", name] + arguments
  process.currentDirectoryURL = URL(fileURLWithPath: folder)
  let output = Pipe()
  process.standardOutput = output
  process.standardError = FileHandle.nullDevice
  try process.run()
  let bytes = [UInt8](output.fileHandleForReading.readDataToEndOfFile())
  process.waitUntilExit()
  return Finished(status: process.terminationStatus, output: bytes)
}

/// Bytes that are the same for the same seed: half noise, half repetition, so that frames compress unevenly.
func sample(_ count: Int, seed: UInt64 = 1) -> [UInt8] {
  var state = seed &* 0x9E37_79B9_7F4A_7C15 | 1
  var bytes: [UInt8] = []
  bytes.reserveCapacity(count + 8)
  while bytes.count < count {
    state ^= state << 13
    state ^= state >> 7
    state ^= state << 17
    withUnsafeBytes(of: state.littleEndian) { bytes += $0 }
    if state & 3 == 0 { bytes += Array("{\"name\":\"value\"},\n".utf8) }
  }
  return Array(bytes.prefix(count))
}

extension FrameWriter {
  /// Appends in pieces of `step` bytes, so that they do not meet the frames' borders.
  func append(_ bytes: [UInt8], step: Int = 1 << 20) throws -> [Frame] {
    var frames: [Frame] = []
    for start in stride(from: 0, to: bytes.count, by: step) {
      try bytes[start..<min(start + step, bytes.count)].withUnsafeBytes { frames += try append($0) }
    }
    return frames
  }
}

/// Writes archives and their manifest as a run does.
@discardableResult
func backUp(
  _ sources: [(name: String, bytes: [UInt8])], in folder: RunFolder, frameSize: Int = 4 << 20, hashesWhole: Bool = true
) throws -> [ArchiveSummary] {
  let manifest = try ManifestWriter(in: folder)
  var summaries: [ArchiveSummary] = []
  for source in sources {
    let writer = try FrameWriter(in: folder, name: source.name, frameSize: frameSize, hashesWhole: hashesWhole)
    for frame in try writer.append(source.bytes) { try manifest.append(frame, of: source.name) }
    let (last, summary) = try writer.finish()
    if let last { try manifest.append(last, of: source.name) }
    try manifest.append(summary)
    summaries.append(summary)
  }
  try manifest.finish()
  return summaries
}

/// The error that `body` throws, which must be one of ours.
func archiveError(_ body: () throws -> Void) -> ArchiveError? {
  #expect(throws: ArchiveError.self, performing: body)
}
