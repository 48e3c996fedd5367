#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// A program of the server to run to its end, under the server's account: no input, a small fixed environment, the root
/// folder as working folder (the account may not be allowed into ours), and none of our open files.
///
/// (swift-subprocess can start a program under another account too, but from async code only, and a server is started
/// from code that blocks. posix_spawn is safe beside other threads, as fork is not; setpriv from util-linux gives up
/// root's rights before the program begins.)
struct Command {
  var executable: String
  var arguments: [String]
  var account: ServerAccount
  /// How long it may take. Whoever shares its account can halt it, and must not halt us.
  var patience: Duration = .seconds(30)

  /// - Parameter output: an open file that gets stdout and stderr.
  /// - Returns: the exit status, or 128 and the signal.
  /// - Throws: `.command` where it cannot be started, or has not ended in time and was killed.
  func run(output: Int32) throws(LocalServerError) -> Int32 {
    let deadline = ContinuousClock.now + patience
    return try end(of: try start(output: output), by: deadline)
  }

  /// What the program prints, when it succeeds: a line or two, as a pipe holds it until the end.
  func printed() throws(LocalServerError) -> String? {
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else { throw failure("cannot start: \(systemMessage(errno))") }
    defer { close(ends[0]) }
    // Where something else of that account still holds the other end, reading does not wait for it.
    _ = fcntl(ends[0], F_SETFL, O_NONBLOCK)
    let status: Int32
    do {
      defer { close(ends[1]) }
      status = try run(output: ends[1])
    }
    return status == 0 ? readText(from: ends[0]) : nil
  }

  private func start(output: Int32) throws(LocalServerError) -> pid_t {
    #if canImport(Darwin)
      var actions: posix_spawn_file_actions_t?
    #else
      var actions = posix_spawn_file_actions_t()
    #endif
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_adddup2(&actions, output, 1)
    posix_spawn_file_actions_adddup2(&actions, output, 2)
    // A server goes on running: it must not hold open what we have from whoever started us, such as a lock or a pipe.
    for inherited in names(in: "/dev/fd").compactMap({ Int32($0) }) where inherited > 2 {
      if fcntl(inherited, F_GETFD) >= 0 { posix_spawn_file_actions_addclose(&actions, inherited) }
    }
    let environment = ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C"]
    // The shell only changes the folder: not every system lets posix_spawn do that. It reads none of our arguments.
    let shell = "/bin/sh"
    let words = [shell, "-c", "cd / && exec \"$0\" \"$@\""] + (try account.descent()) + [executable] + arguments
    var pid: pid_t = 0
    let status = withCStrings(words) { argv in
      withCStrings(environment) { envp in posix_spawn(&pid, shell, &actions, nil, argv, envp) }
    }
    guard status == 0 else { throw failure("cannot start: \(systemMessage(status))") }
    return pid
  }

  private func end(of pid: pid_t, by deadline: ContinuousClock.Instant) throws(LocalServerError) -> Int32 {
    var status: Int32 = 0
    while true {
      let ended = waitpid(pid, &status, WNOHANG)
      if ended == pid { break }
      if ended < 0 && errno != EINTR { throw failure("cannot wait for its end: \(systemMessage(errno))") }
      guard ContinuousClock.now < deadline else {
        kill(pid, SIGKILL)
        while waitpid(pid, &status, 0) < 0 && errno == EINTR {}
        throw failure("did not end within \(patience) and was killed")
      }
      usleep(2000)
    }
    let signal = status & 0x7F
    return signal == 0 ? (status >> 8) & 0xFF : 128 + signal
  }

  private func failure(_ message: String) -> LocalServerError { LocalServerError(.command, message, place: executable) }

  private func withCStrings<T>(
    _ strings: [String], _ body: (UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) -> T
  ) -> T {
    let pointers = UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>.allocate(capacity: strings.count + 1)
    for (place, string) in strings.enumerated() { (pointers + place).initialize(to: strdup(string)) }
    (pointers + strings.count).initialize(to: nil)
    defer {
      for place in strings.indices { free(pointers[place]) }
      pointers.deallocate()
    }
    return body(pointers)
  }
}
