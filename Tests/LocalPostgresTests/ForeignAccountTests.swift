import Foundation
import Platform
import Postgres
import TestSupport
import Testing

@testable import LocalPostgres

/// What root meets where the account that runs the server, or another one, had its hands in.
@Suite(.serialized, .enabled(if: geteuid() == 0, "only root has another account to start the server under"))
struct ForeignAccountTests {
  /// The account cannot write to it.
  let folder = "/tmp/sluice-foreign-\(UUID().uuidString.prefix(8))"
  let bin = ProcessInfo.processInfo.environment["SLUICE_PG_BIN"]
  let account: ServerAccount

  init() throws {
    account = try ServerAccount.current()
    try make(folder, mode: 0o755, isTheirs: false)
  }

  var state: String { "\(folder)/state" }

  func server(bin: String? = nil) -> LocalServer {
    LocalServer(stateFolder: state, binFolder: bin ?? self.bin, serverSettings: ["fsync": "off"])
  }

  func remove(_ server: LocalServer) {
    try? server.stop()
    try? FileManager.default.removeItem(atPath: folder)
  }

  /// Starts a shell under the server's account.
  func asAccount(_ script: String) throws -> Program {
    let words = try account.descent() + ["/bin/sh", "-c", script]
    return try Program(words[0], Array(words.dropFirst()))
  }

  func make(_ path: String, mode: Int = 0o700, isTheirs: Bool = true) throws {
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    try FileManager.default.setAttributes(
      [.posixPermissions: mode, .ownerAccountID: isTheirs ? Int(account.uid) : 0], ofItemAtPath: path)
  }

  func contents(_ path: String) throws -> [String] { try FileManager.default.contentsOfDirectory(atPath: path) }

  @Test("a state folder that was the account's is taken back, with no program, link, pipe or lock of theirs in use")
  func takenBack() throws {
    let server = server()
    defer { remove(server) }
    try make(state)
    try make("\(folder)/programs")
    try #require(
      try asAccount(
        """
        cd \(state) && echo \(folder)/programs > programs && mkfifo server.log && : > lock && ln -s ../made sluice.conf
        printf '#!/bin/sh\\nid > \(folder)/programs/ran\\n' > \(folder)/programs/postgres && chmod 755 \(folder)/programs/postgres
        """
      ).wait().status == 0)
    let held = open("\(state)/lock", O_RDONLY)
    defer { close(held) }
    try #require(flock(held, LOCK_EX | LOCK_NB) == 0)

    #expect(try server.start().isRunning)

    let status = try #require(Folder(state)).status
    #expect(status.owner == 0 && status.permissions == 0o710)
    #expect(Set(try contents(state)) == ["data", "socket", "lock", "server.log", "sluice.conf"])
    #expect(Set(try contents(folder)) == ["state", "programs"], "nothing is made where a link leads to")
    #expect(try contents("\(folder)/programs") == ["postgres"], "the program did not run")
    for name in ["lock", "server.log", "sluice.conf"] {
      #expect(try asAccount("rm -f \(state)/\(name)").wait().status != 0)
    }
  }

  @Test("a link to the socket of another account's server is not talked to")
  func socketOfAnother() throws {
    let server = server()
    defer { remove(server) }
    try server.start()
    let place = "\(server.socketFolder)/.s.PGSQL.5432"
    // The socket of a server that root would have.
    let listener = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(listener) }
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    let path = "\(folder)/other"
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
    let bound = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(listener, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
    try #require(bound == 0 && listen(listener, 5) == 0)
    try #require(try asAccount("mv \(place) \(place).real && ln -s \(path) \(place)").wait().status == 0)

    let error = try #require(throws: LocalServerError.self) { try server.createDatabase("other") }
    #expect(error.kind == .notReady && error.message.contains("requirepeer"))
    let client = accept(listener, nil, nil)
    var byte: UInt8 = 0
    #expect(read(client, &byte, 1) == 0, "it is told nothing")
    close(client)
  }

  @Test("a data folder that leads elsewhere is refused, and nothing is made there")
  func linkedData() throws {
    let server = server()
    defer { remove(server) }
    let target = "\(folder)/roots"
    try make(target, isTheirs: false)
    try Data("15\n".utf8).write(to: URL(filePath: "\(target)/PG_VERSION"))
    try make(state)
    try #require(try asAccount("ln -s \(target) \(state)/data").wait().status == 0)
    let error = try #require(throws: LocalServerError.self) { try server.start() }
    #expect(error.kind == .notOurs && error.place == server.dataFolder)
    #expect(try #require(throws: LocalServerError.self) { try server.stop() }.kind == .notOurs)
    #expect(server.status().dataVersion == nil)
    #expect(try contents(target) == ["PG_VERSION"])
  }

  @Test(
    "a named pipe, a link or a file of another account is not read where the server's own files belong",
    arguments: [
      ("PG_VERSION", "mkfifo PG_VERSION"), ("PG_VERSION", "ln -s /etc/hostname PG_VERSION"),
      ("postmaster.pid", "echo 15 > PG_VERSION && mkfifo postmaster.pid"),
    ])
  func oddFiles(_ name: String, _ script: String) throws {
    let server = server()
    defer { remove(server) }
    try make(state)
    try make(server.dataFolder)
    try #require(try asAccount("cd \(server.dataFolder) && \(script)").wait().status == 0)
    let error = try #require(throws: LocalServerError.self) { try server.start() }
    #expect(error.kind == .notOurs && error.place == "\(server.dataFolder)/\(name)")
    #expect(!server.status().isRunning)
  }

  @Test("a process of another account is no server, whatever the server's file names")
  func foreignProcess() throws {
    let server = server()
    defer { remove(server) }
    let input = Pipe()
    let process = try Program(
      "/bin/sh", ["-c", "read line", server.dataFolder], input: input.fileHandleForReading)
    defer {
      process.kill()
      withExtendedLifetime(input) {}
    }
    try make(state)
    try make(server.dataFolder)
    let pid = process.identifier
    try #require(
      try asAccount("cd \(server.dataFolder) && echo 15 > PG_VERSION && echo \(pid) > postmaster.pid").wait().status
        == 0)
    #expect(server.status().dataVersion == 15 && server.status().pid == nil)
    try server.stop()
    #expect(Foundation.kill(pid, 0) == 0)
  }

  @Test(
    "a state folder is not made below one that another account may write to",
    arguments: [(0o755, true), (0o777, false)])
  func untrustedParent(_ mode: Int, _ isTheirs: Bool) throws {
    let parent = "\(folder)/parent"
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try make(parent, mode: mode, isTheirs: isTheirs)
    let server = LocalServer(stateFolder: "\(parent)/a/state", binFolder: bin)
    let error = try #require(throws: LocalServerError.self) { try server.start() }
    #expect(error.kind == .untrusted && error.place == parent && error.remedy?.contains("/var/lib/sluice") == true)
    #expect(try contents(parent).isEmpty)
  }

  @Test("programs that another account could replace are not run")
  func foreignPrograms() throws {
    let programs = "\(folder)/programs"
    let server = server(bin: programs)
    defer { remove(server) }
    try make(programs)
    try #require(
      try asAccount(
        """
        cd \(programs) && for name in postgres initdb pg_ctl
        do printf '#!/bin/sh\\n: > \(programs)/ran\\necho 15\\n' > $name && chmod 755 $name; done
        """
      ).wait().status == 0)
    let error = try #require(throws: LocalServerError.self) { try server.start() }
    #expect(error.kind == .untrusted && error.place == programs)
    #expect(Set(try contents(programs)) == ["postgres", "initdb", "pg_ctl"])
  }

  @Test("a program of the server has the account's rights alone, and none of our files, folder and variables")
  func rights() throws {
    let ours = fcntl(0, F_DUPFD, 500)
    try #require(ours >= 500)
    defer { close(ours) }
    let script = "cat /proc/$$/status; echo Folder: $(pwd); env; test -e /proc/$$/fd/\(ours) && echo open; true"
    let text = try Command(executable: "/bin/sh", arguments: ["-c", script], account: account).printed()
    let lines = try #require(text).split(separator: "\n").map { $0.split { " \t".contains($0) }.joined(separator: " ") }
    let user = [String](repeating: String(account.uid), count: 4).joined(separator: " ")
    let group = [String](repeating: String(account.gid), count: 4).joined(separator: " ")
    for line in ["Uid: \(user)", "Gid: \(group)", "Groups:", "CapEff: 0000000000000000", "NoNewPrivs: 1"] {
      #expect(lines.contains(line))
    }
    #expect(lines.contains("Folder: /") && lines.contains("LC_ALL=C"))
    #expect(!lines.contains { $0 == "open" || $0.hasPrefix("HOME=") })
  }
}
