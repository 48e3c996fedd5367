import Glibc

/// A process of ours: in a group of its own, with its output in files, so that no pipe can fill up.
final class Child {
  struct Launch {
    var executable: String
    var arguments: [String]
    var environment: [String: String] = [:]
    var folder: String
    /// Where `out` and `err` are written.
    var outputs: String
    /// Descriptors to use instead of these files.
    var output: Int32?
    /// What none of the machine's processes may have among its arguments.
    var secret: String?
  }

  let pid: pid_t
  private let launch: Launch
  private let started = ContinuousClock.now
  private var leaks: Set<String> = []
  private var peak = 0
  private var ended: Ended?

  init(_ launch: Launch) throws {
    self.launch = launch
    pid = try Child.spawn(launch)
  }

  func signal(_ number: Int32) { if ended == nil { kill(pid, number) } }

  /// Ends it and all it started.
  func killAll() { if ended == nil { kill(-pid, SIGKILL) } }

  var hasEnded: Bool { poll() != nil }

  /// How it ended; nil while it runs.
  func poll() -> Ended? {
    if let ended { return ended }
    var status: Int32 = 0
    var usage = rusage()
    guard wait4(pid, &status, WNOHANG, &usage) == pid else { return nil }
    let signal = status & 0x7F
    ended = Ended(
      status: signal == 0 ? (status >> 8) & 0xFF : 128 + signal, signal: signal == 0 ? nil : signal,
      output: readText("\(launch.outputs)/out") ?? "", errors: readText("\(launch.outputs)/err") ?? "",
      seconds: (ContinuousClock.now - started) / .seconds(1), peakBytes: max(peak, own(usage.ru_maxrss << 10)),
      leaks: leaks.sorted())
    return ended
  }

  /// Waits for its end; kills it, and says so, when that takes longer than `limit`.
  func wait(limit: Duration = .seconds(180)) -> Ended {
    _ = wait(until: .now + limit) { false }
    if let ended = poll() { return ended }
    killAll()
    while poll() == nil { pause(.milliseconds(2)) }
    ended?.hung = true
    return ended ?? Ended(status: -1, output: "", errors: "", seconds: 0, peakBytes: 0)
  }

  /// Watches it until it ends, `condition` holds or the deadline has passed.
  /// - Returns: whether the condition held.
  func wait(until deadline: ContinuousClock.Instant, or condition: () throws -> Bool) rethrows -> Bool {
    var look = ContinuousClock.now
    while poll() == nil {
      if try condition() { return true }
      let now = ContinuousClock.now
      if now >= deadline { return false }
      if now >= look {
        if let secret = launch.secret { leaks.formUnion(processes(showing: secret)) }
        peak = max(peak, peakMemory(of: pid))
        look = now + .milliseconds(50)
      }
      pause(min(.milliseconds(2), deadline - now))
    }
    return false
  }

  /// What the system says of a process that ended counts from before it was another program: what we held ourselves
  /// says nothing about it.
  private func own(_ bytes: Int) -> Int { bytes > peakMemory(of: getpid()) ? bytes : 0 }

  private static func spawn(_ launch: Launch) throws -> pid_t {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    for (number, name) in [(Int32(1), "out"), (2, "err")] {
      if let output = launch.output, number == 1 {
        posix_spawn_file_actions_adddup2(&actions, output, number)
      } else {
        posix_spawn_file_actions_addopen(
          &actions, number, "\(launch.outputs)/\(name)", O_WRONLY | O_CREAT | O_TRUNC | O_APPEND, 0o600)
      }
    }
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    posix_spawnattr_setpgroup(&attributes, 0)
    var defaults = sigset_t()
    sigemptyset(&defaults)
    for number in [SIGINT, SIGTERM, SIGHUP, SIGPIPE] { sigaddset(&defaults, number) }
    posix_spawnattr_setsigdefault(&attributes, &defaults)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF))
    var pid: pid_t = 0
    let environment = launch.environment.map { "\($0.key)=\($0.value)" }.sorted()
    // The shell only changes the folder, and becomes the program.
    let shell = ["/bin/sh", "-c", "cd \"$0\" && exec \"$@\"", launch.folder, launch.executable]
    let status = withCStrings(shell + launch.arguments) { arguments in
      withCStrings(environment) { posix_spawn(&pid, shell[0], &actions, &attributes, arguments, $0) }
    }
    guard status == 0 else { throw HarnessError("cannot start \(launch.executable): \(systemMessage(status))") }
    return pid
  }
}

private func withCStrings<T>(
  _ strings: [String], _ body: (UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) -> T
) -> T {
  var pointers = strings.map { strdup($0) } + [nil]
  defer { for pointer in pointers { free(pointer) } }
  return pointers.withUnsafeMutableBufferPointer { buffer in
    guard let start = buffer.baseAddress else { preconditionFailure("a list with its end is never empty") }
    return body(start)
  }
}

/// The most memory a process held at once so far.
private func peakMemory(of pid: pid_t) -> Int {
  let line = readText("/proc/\(pid)/status")?.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
  return line.flatMap { Int($0.filter(\.isNumber)) }.map { $0 << 10 } ?? 0
}

/// The processes of this machine that have `secret` among their arguments, by number and name.
private func processes(showing secret: String) -> [String] {
  entries(of: "/proc").filter { $0.first?.isNumber ?? false }.compactMap { pid in
    guard let arguments = readText("/proc/\(pid)/cmdline"), arguments.contains(secret) else { return nil }
    return "\(pid) \(arguments.prefix { $0 != "\0" })"
  }
}

/// Runs a program of the system to its end.
/// - Returns: its status, and what it printed.
@discardableResult
func call(_ name: String, _ arguments: String..., in folder: String = "/", outputs: String) throws -> Ended {
  guard let path = name.hasPrefix("/") ? name : program(name) else { throw HarnessError("there is no \(name)") }
  return try Child(
    Child.Launch(
      executable: path, arguments: arguments, environment: ["PATH": "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin"],
      folder: folder, outputs: outputs)
  ).wait()
}
