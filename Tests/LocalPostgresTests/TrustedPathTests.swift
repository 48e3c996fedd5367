import Foundation
import Testing

@testable import LocalPostgres

/// Which places another account could exchange, who waits for whom.
@Suite struct TrustedPathTests {
  let folder = "/tmp/sluice-trusted-\(UUID().uuidString.prefix(8))"

  func make(_ path: String, mode: Int = 0o755) throws {
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
  }

  @Test("a folder that all may write to is refused unless it is sticky, also behind a link and on the way")
  func modes() throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    for path in ["", "/open", "/open/in", "/sticky", "/sticky/in"] { try make(folder + path) }
    try make("\(folder)/open", mode: 0o777)
    try make("\(folder)/sticky", mode: 0o1777)
    try FileManager.default.createSymbolicLink(atPath: "\(folder)/link", withDestinationPath: "sticky/../open/in")
    try TrustedPath.check("\(folder)/sticky/in", remedy: "")
    for path in ["open", "open/in", "link", "sticky/../link/x"] {
      let error = try #require(throws: LocalServerError.self) {
        try TrustedPath.check("\(folder)/\(path)", remedy: "do")
      }
      #expect(error.kind == .untrusted && error.place == "\(folder)/open" && error.remedy == "do")
    }
  }

  @Test("a link that leads to itself is an error")
  func loop() throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try make(folder)
    try FileManager.default.createSymbolicLink(atPath: "\(folder)/link", withDestinationPath: "link")
    #expect(
      try #require(throws: LocalServerError.self) { try TrustedPath.check("\(folder)/link", remedy: "") }.kind
        == .folder)
  }

  @Test("a lock that is held is given up with the number of its holder")
  func heldLock() throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try make(folder)
    let lock = try FileLock("\(folder)/lock")
    let error = try #require(throws: LocalServerError.self) { try FileLock("\(folder)/lock", patience: .zero) }
    #expect(error.kind == .busy && error.message.contains("process \(getpid()) "))
    withExtendedLifetime(lock) {}
    _ = try FileLock("\(folder)/other", .shared)
  }

  @Test("a lock that is a named pipe, a link or a file with a second name is refused")
  func oddLock() throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try make(folder)
    try Data().write(to: URL(filePath: "\(folder)/file"))
    try FileManager.default.createSymbolicLink(atPath: "\(folder)/link", withDestinationPath: "file")
    try FileManager.default.linkItem(atPath: "\(folder)/file", toPath: "\(folder)/second")
    try #require(mkfifo("\(folder)/pipe", 0o600) == 0)
    for name in ["pipe", "link", "second"] {
      #expect(try #require(throws: LocalServerError.self) { try FileLock("\(folder)/\(name)") }.kind == .notOurs)
    }
  }

  @Test("a program of the server that does not end is ended")
  func patience() throws {
    let command = Command(
      executable: "/bin/sleep", arguments: ["100000"], account: try ServerAccount.current(), patience: .milliseconds(1))
    let error = try #require(throws: LocalServerError.self) { try command.printed() }
    #expect(error.kind == .command && error.message.contains("did not end within"))
  }
}
