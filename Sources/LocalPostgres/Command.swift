#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// A program to run to its end: no input, a small fixed environment, the root folder as working folder (the
/// server's account may not be allowed into ours), and its output appended to a file.
struct Command {
  var executable: String
  var arguments: [String]

  /// - Parameter output: the file that gets stdout and stderr.
  /// - Returns: the exit status, or 128 and the signal.
  func run(output: String) throws(LocalServerError) -> Int32 {
    #if canImport(Darwin)
      var actions: posix_spawn_file_actions_t?
    #else
      var actions = posix_spawn_file_actions_t()
    #endif
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    // Opened here, as the folder is the server account's: a link in it must not lead root elsewhere.
    let log = open(output, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard log >= 0 else { throw LocalServerError(.folder, "cannot write: \(systemMessage(errno))", place: output) }
    defer { close(log) }
    posix_spawn_file_actions_adddup2(&actions, log, 1)
    posix_spawn_file_actions_adddup2(&actions, log, 2)
    // A server goes on running: it must not hold open what we have from whoever started us, such as a lock or a pipe.
    for inherited in 3..<Int32(1024) where inherited != log && fcntl(inherited, F_GETFD) >= 0 {
      posix_spawn_file_actions_addclose(&actions, inherited)
    }
    let environment = ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C"]
    // The shell only changes the folder: not every system lets posix_spawn do that. It reads none of our arguments.
    let shell = "/bin/sh"
    var pid: pid_t = 0
    let status = withCStrings([shell, "-c", "cd / && exec \"$0\" \"$@\"", executable] + arguments) { argv in
      withCStrings(environment) { envp in posix_spawn(&pid, shell, &actions, nil, argv, envp) }
    }
    guard status == 0 else {
      throw LocalServerError(.command, "cannot start: \(systemMessage(status))", place: executable)
    }
    return wait(for: pid)
  }

  /// What the program prints, when it succeeds; `scratch` is a file to use meanwhile.
  func printed(scratch: String) -> String? {
    unlink(scratch)
    defer { unlink(scratch) }
    guard let status = try? run(output: scratch), status == 0 else { return nil }
    return readText(scratch)
  }

  private func wait(for pid: pid_t) -> Int32 {
    var status: Int32 = 0
    while waitpid(pid, &status, 0) < 0 && errno == EINTR {}
    let signal = status & 0x7F
    return signal == 0 ? (status >> 8) & 0xFF : 128 + signal
  }

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
