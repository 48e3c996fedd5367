import Foundation
import Records
import Testing

@testable import Extract

extension SourceInput {
  /// Everything that is left, read with buffers of `size` bytes.
  func readAll(buffers size: Int = 64 << 10) throws(ExtractError) -> [UInt8] {
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: size, alignment: 1)
    defer { buffer.deallocate() }
    var bytes: [UInt8] = []
    while true {
      let got = try read(into: buffer)
      bytes += buffer[..<got]
      if got < size { return bytes }
    }
  }
}

@Suite("A source's input")
struct SourceInputTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  @Test("gives a file as it is, whatever the buffer's size", arguments: [1, 2, 3, 4, 5, 4096, 1 << 20])
  func plain(buffer: Int) throws {
    let text = sampleText(10_000)
    let input = try SourceInput(path: folder.write(text))
    #expect(try input.readAll(buffers: buffer) == text)
    #expect(input.consumed == 10_000)
    #expect(input.size == 10_000)
    try input.checkUnchanged()
  }

  @Test("gives files that are shorter than a magic number", arguments: 0...4)
  func short(count: Int) throws {
    let text = Array("[{} ]".utf8.prefix(count))
    let input = try SourceInput(path: folder.write(text))
    #expect(try input.readAll() == text)
    #expect(try input.readAll() == [])
  }

  @Test("tells which file it is")
  func identity() throws {
    let path = try folder.write(sampleText(10))
    var status = stat()
    try #require(stat(path, &status) == 0)
    let identity = try SourceInput(path: path).identity
    #expect(identity.path == path)
    #expect(identity.inode == UInt64(status.st_ino))
    #expect(identity.device == UInt64(status.st_dev))
    #expect(identity.size == 10)
    #expect(identity.modifiedSeconds == Int64(status.st_mtim.tv_sec))
    #expect(identity.modifiedNanoseconds == Int64(status.st_mtim.tv_nsec))
    #expect(identity.isRegular)
  }

  @Test("reads what a symbolic link leads to")
  func symbolicLink() throws {
    let target = try folder.write(sampleText(100))
    let link = "\(folder.path)/link"
    try #require(symlink(target, link) == 0)
    let input = try SourceInput(path: link)
    #expect(try input.readAll() == sampleText(100))
    try input.checkUnchanged()
  }

  @Test("follows a link that stays inside its directory, and refuses one that leads out, whatever is linked")
  func links() throws {
    let (inside, outside) = ("\(folder.path)/data", "\(folder.path)/outside")
    for path in [inside, "\(inside)/deep", outside, "\(outside)/deep"] {
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
    }
    let kept = try folder.write(sampleText(10), to: "data/deep/kept.json")
    let secret = try folder.write(sampleText(20), to: "outside/deep/secret.json")
    // Its name begins like that of the directory.
    let near = try folder.write(sampleText(30), to: "data.json")
    func link(_ name: String, _ target: String) throws -> String {
      try #require(symlink(target, "\(inside)/\(name)") == 0)
      return "\(inside)/\(name)"
    }
    for path in [
      kept, try link("file", kept), try link("relative", "deep/../deep/kept.json"),
      try link("folder", "deep") + "/kept.json", try link("round", "\(outside)/../data/deep/kept.json"),
    ] {
      let input = try SourceInput(path: path, within: inside)
      #expect(try input.readAll() == sampleText(10), "\(path)")
      try input.checkUnchanged()
    }
    for path in [
      try link("out", secret), try link("up", "../outside/deep/secret.json"), try link("twice", "out"),
      try link("outfolder", outside) + "/deep/secret.json", try link("near", near), try link("device", "/dev/zero"),
    ] {
      let error = #expect(throws: ExtractError.self) { try SourceInput(path: path, within: inside) }
      #expect(error?.kind == .outside, "\(path)")
      _ = try? SourceInput(path: path)
    }
    // The directory itself may be a link.
    let alias = "\(folder.path)/alias"
    try #require(symlink(inside, alias) == 0)
    #expect(try SourceInput(path: "\(alias)/file", within: alias).readAll() == sampleText(10))
    let missing = #expect(throws: ExtractError.self) { try SourceInput(path: try link("none", "gone"), within: inside) }
    #expect(missing?.kind == .missing)
  }

  @Test("reads a named pipe to its end, plain or packed", arguments: [false, true])
  func namedPipe(isPacked: Bool) throws {
    let path = "\(folder.path)/pipe"
    try #require(mkfifo(path, 0o600) == 0)
    let text = sampleText(300_000)
    let bytes = isPacked ? try zstd(text) : text
    // A thread of its own: each end waits for the other.
    Thread.detachNewThread {
      let descriptor = open(path, O_WRONLY)
      var rest = bytes[...]
      // Odd pieces, so that reads come back short.
      while !rest.isEmpty {
        let count = rest.prefix(977).withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
        guard count > 0 else { break }
        rest = rest.dropFirst(count)
      }
      close(descriptor)
    }
    let input = try SourceInput(path: path)
    #expect(try input.readAll() == text)
    #expect(input.consumed == Int64(bytes.count))
    #expect(input.size == nil)
    #expect(!input.identity.isRegular)
    try input.checkUnchanged()
  }

  @Test("waits for a named pipe that nobody writes to until the task is cancelled, and no longer")
  func silentPipe() async throws {
    let path = "\(folder.path)/pipe"
    try #require(mkfifo(path, 0o600) == 0)
    let reading = Task.detached { try SourceInput(path: path).identity }
    Thread.detachNewThread {
      // The other end can be opened without waiting as soon as somebody reads this one.
      var writer: Int32 = -1
      while writer < 0 { writer = open(path, O_WRONLY | O_NONBLOCK) }
      reading.cancel()
    }
    await #expect(throws: ExtractError.self) { _ = try await reading.value }
  }

  @Test("may be a named pipe that is opened and closed without a byte, which is an empty source")
  func emptyPipe() throws {
    let path = "\(folder.path)/pipe"
    try #require(mkfifo(path, 0o600) == 0)
    Thread.detachNewThread { close(open(path, O_WRONLY)) }
    #expect(try SourceInput(path: path).readAll().isEmpty)
  }

  @Test("tells a pipe from a file without opening it")
  func isPipe() throws {
    let pipe = "\(folder.path)/pipe"
    try #require(mkfifo(pipe, 0o600) == 0)
    let file = try folder.write([1, 2, 3])
    #expect(SourceInput.isPipe(pipe) && SourceInput.isPipe("-"))
    #expect(!SourceInput.isPipe(file) && !SourceInput.isPipe("\(folder.path)/nothing"))
    #expect(SourceIdentity(ofFileAt: pipe) == nil && SourceIdentity(ofFileAt: "-") == nil)
    #expect(SourceInput.size(ofFileAt: file) == 3)
    #expect(try SourceIdentity(ofFileAt: file) == SourceInput(path: file).identity)
  }

  @Test("refuses what is no file, and says what it is")
  func notAFile() throws {
    for (path, what) in [(folder.path, "a folder"), ("/dev/zero", "a device")] {
      let error = #expect(throws: ExtractError.self) { try SourceInput(path: path) }
      #expect(error?.kind == .notAFile)
      #expect(error?.message == "this is \(what), not a file")
      #expect(error?.exitStatus == .source)
    }
  }

  @Test("tells a missing file from one that cannot be reached")
  func missing() throws {
    let file = try folder.write([])
    for path in ["\(folder.path)/nothing.json", "\(file)/below-a-file"] {
      let error = #expect(throws: ExtractError.self) { try SourceInput(path: path) }
      #expect(error?.code == "source.missing")
      #expect(!SourceInput.exists(path))
    }
    let loop = "\(folder.path)/loop"
    try #require(symlink(loop, loop) == 0)
    let error = #expect(throws: ExtractError.self) { try SourceInput(path: loop) }
    #expect(error?.code == "source.unreadable")
    #expect(SourceInput.exists(loop))
  }

  @Test("does not take a link to nothing for a missing file")
  func danglingLink() throws {
    let link = "\(folder.path)/link"
    try #require(symlink("\(folder.path)/nothing", link) == 0)
    #expect(SourceInput.exists(link))
    let error = #expect(throws: ExtractError.self) { try SourceInput(path: link) }
    #expect(error?.kind == .missing)
  }

  @Test("closes what it opened, also where it refused it")
  func closes() throws {
    let path = try folder.write(zstd(sampleText(10)))
    var input: SourceInput? = try SourceInput(path: path)
    #expect(try openPaths().contains(path))
    #expect(try input?.readAll().count == 10)
    input = nil
    #expect(throws: ExtractError.self) { try SourceInput(path: folder.path) }
    #expect(try openPaths().allSatisfy { !$0.hasPrefix(folder.path) })
  }

  /// What this process has open.
  private func openPaths() throws -> [String] {
    let folder = "/proc/self/fd"
    let files = FileManager.default
    return try files.contentsOfDirectory(atPath: folder).compactMap {
      try? files.destinationOfSymbolicLink(atPath: "\(folder)/\($0)")
    }
  }
}
