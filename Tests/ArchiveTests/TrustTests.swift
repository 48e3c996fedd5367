import Foundation
import Platform
import Records
import Testing

@testable import Archive

/// What needs another account's files needs root to make them.
private let isRoot = geteuid() == 0
private let nobody: uid_t = 65534
/// A group that nobody has as his own.
private let shared: gid_t = 54321

@Suite("Trust") struct TrustTests {
  private let scratch: Scratch
  private let folder: RunFolder
  private let file: String

  init() throws {
    scratch = try Scratch()
    folder = try scratch.run()
    try folder.write("{}", to: "run.json")
    file = scratch.path + "/pipeline.yaml"
    try Data("a: b".utf8).write(to: URL(filePath: file))
    try #require(chmod(file, 0o644) == 0)
  }

  private func read() throws { _ = try Trust.read(file, limit: 100) }

  /// Nothing more is believed after `change`.
  private func expectUntrusted(_ words: String, location: SourceLocation = #_sourceLocation, _ body: () throws -> Void)
  {
    let error = archiveError(body)
    #expect(error?.kind == .untrusted && error?.exitStatus == .resume, sourceLocation: location)
    #expect(error?.message.contains(words) == true, "\(error as Any)", sourceLocation: location)
    #expect(error?.remedy != nil, sourceLocation: location)
  }

  @Test("is given to what only this user and root can write, also through a link")
  func trusted() throws {
    #expect(try folder.readTrusted("run.json") == Array("{}".utf8))
    #expect(try folder.readTrusted("none") == nil)
    let link = scratch.path + "/link"
    try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: "pipeline.yaml")
    #expect(try Trust.read(link, limit: 4) == Array("a: b".utf8))
    #expect(archiveError { _ = try Trust.read(link, limit: 3) }?.kind == .read)
    #expect(archiveError { _ = try Trust.read(scratch.path, limit: 3) }?.kind == .symlink)
    #expect(archiveError { _ = try Trust.read("/nowhere/x", limit: 3) }?.kind == .read)
  }

  @Test("is not given to a run's folder or file that everybody can write", arguments: ["run", "run.json", "runs"])
  func open(_ what: String) throws {
    let path = what == "run" ? folder.path : what == "runs" ? scratch.path + "/runs" : folder.path + "/run.json"
    try #require(chmod(path, 0o777) == 0)
    expectUntrusted("everybody can change") { _ = try folder.readTrusted("run.json") }
    try #require(chmod(path, 0o1777) == 0)
    if what == "runs" {
      #expect(try folder.readTrusted("run.json") != nil, "sticky: others cannot move what lies in it")
    } else {
      expectUntrusted("everybody can change") { _ = try folder.readTrusted("run.json") }
    }
  }

  @Test("is not given to a file outside that everybody can write, or whose folder everybody can")
  func openFile() throws {
    try #require(chmod(file, 0o646) == 0)
    expectUntrusted("everybody can change") { try read() }
    try #require(chmod(file, 0o644) == 0 && chmod(scratch.path, 0o777) == 0)
    expectUntrusted("everybody can change") { try read() }
    try #require(chmod(scratch.path, 0o1777) == 0)
    try read()
  }

  @Test("is not given to what another user owns, and names him", .enabled(if: isRoot))
  func owned() throws {
    for path in [folder.path + "/run.json", folder.path, scratch.path + "/runs", scratch.path] {
      try #require(chown(path, nobody, 0) == 0)
      expectUntrusted("belongs to nobody") { _ = try folder.readTrusted("run.json") }
      try #require(chmod(path, 0o1700) == 0, "sticky or not: the owner can move what lies in it")
      expectUntrusted("belongs to nobody") { _ = try folder.readTrusted("run.json") }
      try #require(chown(path, 0, 0) == 0 && chmod(path, 0o700) == 0)
    }
    _ = try folder.readTrusted("run.json")
    for path in [file, scratch.path] {
      try #require(chown(path, nobody, 0) == 0)
      expectUntrusted("belongs to nobody") { try read() }
      try #require(chown(path, 0, 0) == 0)
    }
  }

  @Test(
    "is given through a link into another user's folder only to a file that nobody else can write", .enabled(if: isRoot)
  )
  func linked() throws {
    let other = scratch.path + "/other"
    try FileManager.default.createDirectory(atPath: other, withIntermediateDirectories: false)
    try Data("c: d".utf8).write(to: URL(filePath: other + "/pipeline.yaml"))
    try #require(chown(other + "/pipeline.yaml", nobody, 0) == 0 && chown(other, nobody, 0) == 0)
    try FileManager.default.removeItem(atPath: file)
    try FileManager.default.createSymbolicLink(atPath: file, withDestinationPath: "other/pipeline.yaml")
    expectUntrusted("belongs to nobody") { try read() }
  }

  @Test("is not given to what a shared group can write", .enabled(if: isRoot))
  func group() throws {
    for path in [folder.path + "/run.json", folder.path] {
      try #require(chown(path, 0, shared) == 0 && chmod(path, 0o770) == 0)
      expectUntrusted("its group can change") { _ = try folder.readTrusted("run.json") }
      try #require(chmod(path, 0o750) == 0)
      _ = try folder.readTrusted("run.json")
    }
    try #require(chown(file, 0, 0) == 0 && chmod(file, 0o664) == 0)
    expectUntrusted("its group can change") { try read() }
  }

  @Test("takes a group for private that has its owner's name and no other member, and root's for none")
  func privateGroup() throws {
    let daemon = try #require(getpwnam("daemon")).pointee
    #expect(Account.isPrivate(daemon.pw_gid, of: daemon.pw_uid))
    #expect(!Account.isPrivate(0, of: daemon.pw_uid))
    #expect(!Account.isPrivate(0, of: 0))
    #expect(!Account.isPrivate(shared, of: daemon.pw_uid))
  }
}
