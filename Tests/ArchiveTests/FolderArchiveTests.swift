import Foundation
import Platform
import Records
import Testing

@testable import Archive

@Suite struct FolderArchiveTests {
  private let manager = FileManager.default

  private func file(_ path: String, _ bytes: [UInt8]) throws {
    try manager.createDirectory(
      atPath: (path as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
    try Data(bytes).write(to: URL(fileURLWithPath: path))
  }

  private func archive(_ path: String, in folder: RunFolder, name: String = "backup/include-uploads.tar.zst") throws
    -> (summary: FolderArchive.Summary, frames: Int)
  {
    let writer = try FrameWriter(in: folder, name: name, frameSize: 4096)
    var frames = 0
    let summary = try FolderArchive.append(folder: path, to: writer, of: folder) { _ in frames += 1 }
    if try writer.finish().lastFrame != nil { frames += 1 }
    return (summary, frames)
  }

  @Test("zstd and tar restore the folder: files, empty folders, links, long names, modes and times")
  func openFormat() throws {
    let scratch = try Scratch()
    let uploads = scratch.path + "/uploads"
    let long = String(repeating: "long-name", count: 20)
    try file(uploads + "/a.txt", Array("hello".utf8))
    try file(uploads + "/empty.bin", [])
    try file(uploads + "/block.bin", sample(512))
    try file(uploads + "/deep/\(long)/\(long)/c.bin", sample(20_000))
    try file(uploads + "/with space ü\n.txt", sample(513))
    try manager.createDirectory(atPath: uploads + "/nothing", withIntermediateDirectories: false)
    try manager.createSymbolicLink(atPath: uploads + "/link", withDestinationPath: "a.txt")
    try manager.createSymbolicLink(atPath: uploads + "/far", withDestinationPath: "/nowhere/" + long)
    chmod(uploads + "/a.txt", 0o640)
    chmod(uploads + "/nothing", 0o750)
    try manager.setAttributes([.modificationDate: Date(timeIntervalSince1970: 1)], ofItemAtPath: uploads + "/a.txt")
    #expect(try tool("touch", "-d", "@-8.5", uploads + "/block.bin").status == 0)

    let folder = try scratch.run()
    let (summary, frames) = try archive(uploads, in: folder)
    #expect(summary == FolderArchive.Summary(files: 5, folders: 5, links: 2, bytes: 5 + 512 + 20_000 + 513))
    #expect(frames > 1)

    let restored = scratch.path + "/restored"
    try manager.createDirectory(atPath: restored, withIntermediateDirectories: false)
    let tar = scratch.path + "/all.tar"
    #expect(try tool("zstd", "-dq", folder.path + "/backup/include-uploads.tar.zst", "-o", tar).status == 0)
    #expect(try tool("tar", "-xpf", tar, "-C", restored).status == 0)
    #expect(try tool("diff", "-r", "--no-dereference", uploads, restored + "/uploads").status == 0)
    let differences = try tool("sh", "-c", "tar --compare -f \(tar) -C \(scratch.path) 2>&1").text
    #expect(differences == "")
    #expect(try scratch.mode(restored + "/uploads/a.txt") == 0o640)
    #expect(try scratch.mode(restored + "/uploads/nothing") == 0o750)
  }

  @Test("the same folder gives the same archive")
  func deterministic() throws {
    let scratch = try Scratch()
    let uploads = scratch.path + "/uploads"
    for name in ["b", "a", "c/d", "c/B"] { try file(uploads + "/" + name, sample(100)) }
    let folder = try scratch.run()
    _ = try archive(uploads, in: folder, name: "one.zst")
    _ = try archive(uploads + "/.", in: folder, name: "two.zst")
    #expect(try folder.bytes(of: "one.zst") == folder.bytes(of: "two.zst"))
    let list = try tool("sh", "-c", "zstd -dc \(folder.path)/one.zst | tar -t").text
    #expect(list == "uploads/\nuploads/a\nuploads/b\nuploads/c/\nuploads/c/B\nuploads/c/d\n")
  }

  @Test(
    "a file that grows, shrinks or goes while it is read is an error that names it", arguments: ["grow", "cut", "gone"])
  func changing(how: String) throws {
    let scratch = try Scratch()
    let uploads = scratch.path + "/uploads"
    try file(uploads + "/big.bin", sample(2 << 20))
    try file(uploads + "/z.bin", sample(10))
    let folder = try scratch.run()
    let writer = try FrameWriter(in: folder, name: "x.tar.zst", frameSize: 1 << 18)
    var isChanged = false
    // The first durable frame comes while big.bin is half read.
    let error = archiveError {
      _ = try FolderArchive.append(folder: uploads, to: writer, of: folder) { _ in
        guard !isChanged else { return }
        isChanged = true
        switch how {
        case "grow": _ = try tool("sh", "-c", "echo more >> \(uploads)/big.bin")
        case "cut": _ = try tool("truncate", "-s", "300000", uploads + "/big.bin")
        default: _ = try tool("rm", uploads + "/z.bin")
        }
      }
    }
    #expect(error?.code == "archive.changed")
    #expect(error?.exitStatus == .source)
    #expect(error?.file == (how == "gone" ? "uploads/z.bin" : "uploads/big.bin"))
  }

  @Test("what a tar stream of ours cannot hold is an error that names it")
  func unsupported() throws {
    let scratch = try Scratch()
    let uploads = scratch.path + "/uploads"
    try file(uploads + "/a", [])
    #expect(mkfifo(uploads + "/pipe", 0o600) == 0)
    let folder = try scratch.run()
    let error = archiveError { _ = try archive(uploads, in: folder) }
    #expect(error?.kind == .unsupported)
    #expect(error?.file == "uploads/pipe")
  }

  @Test("a folder that holds the run itself is refused")
  func ownRun() throws {
    let scratch = try Scratch()
    let folder = try scratch.run()
    #expect(archiveError { _ = try archive(scratch.path, in: folder) }?.kind == .unsupported)
    #expect(archiveError { _ = try archive(scratch.path + "/none", in: folder, name: "y.zst") }?.kind == .read)
  }

  @Test("archives are named after their folders, and apart where names meet")
  func names() throws {
    let scratch = try Scratch()
    for name in ["x/uploads", "y/uploads", "Über uns"] {
      try manager.createDirectory(atPath: scratch.path + "/" + name, withIntermediateDirectories: true)
    }
    let names = FolderArchive.names(for: ["x/uploads", "y/uploads/", "Über uns"].map { scratch.path + "/" + $0 })
    #expect(
      names == [
        "backup/include-uploads.tar.zst", "backup/include-uploads-2.tar.zst", "backup/include-__ber_uns.tar.zst",
      ])
  }

  @Test("sizes beyond eight GiB, large owners and far times go into a pax header that tar reads")
  func paxFields() throws {
    let scratch = try Scratch()
    let sparse = scratch.path + "/uploads/sparse"
    try file(sparse, [])
    #expect(try tool("truncate", "-s", "9G", sparse).status == 0)
    #expect(chown(sparse, 3_000_000, 4_000_000) == 0 || geteuid() != 0)
    let parent = try Descriptor(folder: scratch.path + "/uploads")
    let status = try #require(try parent.status(of: "sparse"))
    try file(scratch.path + "/head.tar", TarHeader(path: Array("sparse".utf8), kind: .file, status: status).encoded)
    let list = try tool("sh", "-c", "tar --numeric-owner -tvf \(scratch.path)/head.tar 2>/dev/null").text
    #expect(list.contains(" 9663676416 "))
    if geteuid() == 0 { #expect(list.contains("3000000/4000000")) }
  }

  @Test("a pax record's length counts its own digits")
  func paxRecord() {
    for count in 1...1100 {
      let record = TarHeader.paxRecord("path", [UInt8](repeating: 0x61, count: count))
      #expect(String(decoding: record, as: UTF8.self).hasPrefix("\(record.count) path=a"))
    }
  }

  @Test("times before 1970 count their fraction towards zero")
  func times() {
    #expect(TarHeader.decimal(12, nanoseconds: 5) == "12.000000005")
    #expect(TarHeader.decimal(-9, nanoseconds: 0) == "-9")
    #expect(TarHeader.decimal(-9, nanoseconds: 500_000_000) == "-8.500000000")
    #expect(TarHeader.decimal(-1, nanoseconds: 999_999_999) == "-0.000000001")
  }
}
