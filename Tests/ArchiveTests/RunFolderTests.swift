import Foundation
import Records
import Testing

@testable import Archive

@Suite struct RunFolderTests {
  @Test("folders are 0700 and files 0600, whatever the umask allows")
  func modes() throws {
    let scratch = try Scratch()
    let folder = try scratch.run()
    try backUp([("backup/a.json.zst", sample(10))], in: folder)
    try folder.write("{}", to: "run.json")
    try Checksums.write(in: folder)
    for path in [scratch.path + "/runs", folder.path, folder.path + "/backup"] {
      #expect(try scratch.mode(path) == 0o700, "\(path)")
    }
    for name in try folder.files() { #expect(try scratch.mode(folder.path + "/" + name) == 0o600, "\(name)") }
    let unfinished = try FrameWriter(in: folder, name: "backup/b.zst")
    #expect(try scratch.mode(folder.path + "/backup/b.zst.partial") == 0o600)
    unfinished.abandon()
  }

  @Test(
    "names that leave the folder or are none of ours are refused",
    arguments: [
      "", "/etc/passwd", "..", "../x", "a/../../x", "a//b", "a/", "./a", "a b", "a\0b", "a\nb", "ä", "a\\b",
      String(repeating: "x", count: 256),
    ])
  func names(name: String) throws {
    let scratch = try Scratch()
    let folder = try scratch.run()
    #expect(archiveError { try folder.write("x", to: name) }?.kind == .name)
    #expect(archiveError { _ = try folder.read(name) }?.kind == .name)
    #expect(archiveError { _ = try FrameWriter(in: folder, name: name) }?.kind == .name)
    #expect(archiveError { _ = try RunFolder.create(name, in: scratch.path) }?.kind == .name)
  }

  @Test("a run id is one component and is taken once")
  func ids() throws {
    let scratch = try Scratch()
    _ = try scratch.run("one")
    #expect(archiveError { _ = try scratch.run("one") }?.kind == .exists)
    #expect(archiveError { _ = try scratch.run("a/b") }?.kind == .name)
    #expect(archiveError { _ = try RunFolder.open("two", in: scratch.path + "/runs") }?.kind == .read)
    #expect(try RunFolder.open("one", in: scratch.path + "/runs").id == "one")
  }

  @Test("a symbolic link planted under a final or partial name is refused and its target untouched")
  func plantedLinks() throws {
    let scratch = try Scratch()
    let folder = try scratch.run()
    let target = scratch.path + "/foreign"
    try Data("precious".utf8).write(to: URL(fileURLWithPath: target))
    let manager = FileManager.default
    for planted in ["a.zst", "b.zst.partial"] {
      try manager.createSymbolicLink(atPath: folder.path + "/" + planted, withDestinationPath: target)
    }
    for existing in [Existing.refuse, .replace] {
      #expect(archiveError { _ = try FrameWriter(in: folder, name: "a.zst", existing: existing) }?.kind == .symlink)
      let partial = archiveError { _ = try FrameWriter(in: folder, name: "b.zst", existing: existing) }
      #expect(partial?.kind == (existing == .refuse ? .exists : .symlink))
    }
    #expect(archiveError { try folder.write("x", to: "a.zst") }?.kind == .symlink)
    #expect(archiveError { _ = try folder.read("a.zst") }?.kind == .symlink)
    #expect(archiveError { _ = try folder.files() }?.kind == .symlink)
    #expect(try String(contentsOfFile: target, encoding: .utf8) == "precious")
  }

  @Test("a link planted while an archive is written does not get its name")
  func linkPlantedMeanwhile() throws {
    let scratch = try Scratch()
    let folder = try scratch.run()
    let writer = try FrameWriter(in: folder, name: "a.zst")
    try FileManager.default.createSymbolicLink(atPath: folder.path + "/a.zst", withDestinationPath: "/dev/null")
    #expect(archiveError { _ = try writer.finish() }?.kind == .symlink)
  }

  @Test("a folder that is a link is not entered")
  func linkedFolder() throws {
    let scratch = try Scratch()
    let folder = try scratch.run()
    let outside = scratch.path + "/outside"
    try FileManager.default.createDirectory(atPath: outside, withIntermediateDirectories: false)
    try FileManager.default.createSymbolicLink(atPath: folder.path + "/backup", withDestinationPath: outside)
    let error = archiveError { _ = try FrameWriter(in: folder, name: "backup/a.zst") }
    #expect(error?.kind == .symlink)
    #expect(error?.exitStatus == .storage)
    #expect(try FileManager.default.contentsOfDirectory(atPath: outside).isEmpty)
    try FileManager.default.createSymbolicLink(
      atPath: scratch.path + "/runs/linked", withDestinationPath: folder.path)
    #expect(archiveError { _ = try RunFolder.open("linked", in: scratch.path + "/runs") }?.kind == .symlink)
  }

  @Test("a pipe in a file's place is refused, not waited for")
  func pipe() throws {
    let scratch = try Scratch()
    let folder = try scratch.run()
    #expect(mkfifo(folder.path + "/run.json", 0o600) == 0)
    #expect(archiveError { _ = try folder.read("run.json") }?.kind == .symlink)
  }

  @Test("a small file is written whole or not at all, and may be written again")
  func smallFiles() throws {
    let scratch = try Scratch()
    let folder = try scratch.run()
    #expect(try folder.read("run.json") == nil)
    try folder.write("one", to: "run.json")
    try folder.write("two", to: "run.json")
    #expect(try folder.read("run.json") == Array("two".utf8))
    #expect(archiveError { _ = try folder.read("run.json", limit: 2) }?.kind == .read)
    try folder.createFolder("stages/deep")
    try folder.write("x", to: "stages/deep/a.txt")
    #expect(try folder.files() == ["run.json", "stages/deep/a.txt"])
    try folder.remove("run.json")
    try folder.remove("run.json")
    #expect(try folder.files() == ["stages/deep/a.txt"])
  }
}
