import Platform

/// A program under test: in a group of its own, with its output in files, so that no pipe can fill up.
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

  private let process: ChildProcess
  private let launch: Launch
  private let started = ContinuousClock.now
  private var leaks: Set<String> = []
  private var peak = 0
  private var ended: Ended?

  init(_ launch: Launch) throws {
    self.launch = launch
    process = try Child.start(launch)
  }

  var pid: pid_t { process.pid }

  func signal(_ number: Int32) { if ended == nil { process.signal(number) } }

  /// Ends it and all it started.
  func killAll() { if ended == nil { process.killGroup() } }

  var hasEnded: Bool { poll() != nil }

  /// How it ended; nil while it runs.
  func poll() -> Ended? {
    if let ended { return ended }
    guard let ending = try? process.poll() else { return nil }
    ended = Ended(
      status: ending.status, signal: ending.signal,
      output: readText("\(launch.outputs)/out") ?? "", errors: readText("\(launch.outputs)/err") ?? "",
      seconds: (ContinuousClock.now - started) / .seconds(1), peakBytes: max(peak, own(ending.peakBytes)),
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

  private static func start(_ launch: Launch) throws -> ChildProcess {
    let output = try openForWriting("\(launch.outputs)/out", O_TRUNC | O_APPEND)
    let errors = try openForWriting("\(launch.outputs)/err", O_TRUNC | O_APPEND)
    var words = ChildProcess.Launch(
      launch.executable, launch.arguments, environment: launch.environment, folder: launch.folder)
    words.output = launch.output ?? output.raw
    words.errors = errors.raw
    words.leadsGroup = true
    do throws(Errno) {
      return try ChildProcess(words)
    } catch {
      throw HarnessError("cannot start \(launch.executable): \(error)")
    }
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
