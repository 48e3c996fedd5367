public import SystemPackage

/// A program that runs beside this one: no input, none of our open files but its outputs, no signal blocked, and the
/// environment that is named here.
///
/// (swift-subprocess starts programs from async code only, needs Swift 6.2, and forks. What starts a server here blocks a
/// thread of its own; posix_spawn is safe beside other threads.)
public struct ChildProcess: Sendable {
  public struct Launch: Sendable {
    public var executable: String
    public var arguments: [String]
    public var environment: [String: String]
    /// Where it works. It may be closed to us: only the program enters it.
    public var folder: String
    /// Descriptors of ours for standard output and standard error; nil: nobody reads it.
    public var output: Int32?
    public var errors: Int32?
    /// In a group of its own, with the effects that signals have before a program changes them: what a terminal sends
    /// does not reach it, and `killGroup` ends all that it started.
    public var leadsGroup = false

    public init(
      _ executable: String, _ arguments: [String], environment: [String: String], folder: String = "/"
    ) {
      self.executable = executable
      self.arguments = arguments
      self.environment = environment
      self.folder = folder
    }
  }

  /// How a process ended.
  public struct Ending: Sendable {
    /// The exit status, or 128 and the signal.
    public var status: Int32
    /// What ended it; nil where it ended by itself.
    public var signal: Int32?
    /// The most bytes of memory it had at once, counted from before it became the program.
    public var peakBytes: Int
  }

  public let pid: pid_t

  public init(_ launch: Launch) throws(Errno) {
    #if canImport(Darwin)
      var actions: posix_spawn_file_actions_t?
      var attributes: posix_spawnattr_t?
    #else
      var actions = posix_spawn_file_actions_t()
      var attributes = posix_spawnattr_t()
    #endif
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    for (number, descriptor) in [(Int32(1), launch.output), (2, launch.errors)] {
      if let descriptor {
        posix_spawn_file_actions_adddup2(&actions, descriptor, number)
      } else {
        posix_spawn_file_actions_addopen(&actions, number, "/dev/null", O_WRONLY, 0)
      }
    }
    // It may go on running after us: it must not hold open what we have from whoever started us, such as a lock or a pipe.
    for inherited in Self.openDescriptors where inherited > 2 {
      posix_spawn_file_actions_addclose(&actions, inherited)
    }
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    // Whoever starts it may be a thread of a pool that blocks all signals.
    var none = sigset_t()
    sigemptyset(&none)
    posix_spawnattr_setsigmask(&attributes, &none)
    var flags = POSIX_SPAWN_SETSIGMASK
    if launch.leadsGroup {
      posix_spawnattr_setpgroup(&attributes, 0)
      var defaults = sigset_t()
      sigemptyset(&defaults)
      for number in [SIGINT, SIGTERM, SIGHUP, SIGPIPE] { sigaddset(&defaults, number) }
      posix_spawnattr_setsigdefault(&attributes, &defaults)
      flags |= POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF
    }
    posix_spawnattr_setflags(&attributes, Int16(flags))
    // The shell only changes the folder: not every system lets posix_spawn do that. It reads none of the arguments.
    let shell = ["/bin/sh", "-c", "cd \"$0\" && exec \"$@\"", launch.folder, launch.executable]
    let environment = launch.environment.map { "\($0.key)=\($0.value)" }.sorted()
    var pid: pid_t = 0
    let status = withCStrings(shell + launch.arguments) { arguments in
      withCStrings(environment) { posix_spawn(&pid, shell[0], &actions, &attributes, arguments, $0) }
    }
    guard status == 0 else { throw Errno(rawValue: status) }
    self.pid = pid
  }

  /// How it ended; nil while it runs. To be asked until there is an answer, and not after that.
  public func poll() throws(Errno) -> Ending? { try look(WNOHANG) }

  /// Waits for its end.
  public func wait() throws(Errno) -> Ending {
    while true {
      if let ending = try look(0) { return ending }
    }
  }

  public func signal(_ number: Int32) { kill(pid, number) }

  /// Ends it and all that it started, where it leads a group.
  public func killGroup() { kill(-pid, SIGKILL) }

  private func look(_ options: Int32) throws(Errno) -> Ending? {
    var status: Int32 = 0
    var usage = rusage()
    let ended = wait4(pid, &status, options, &usage)
    guard ended == pid else {
      if ended < 0, Errno.last != .interrupted { throw .last }
      return nil
    }
    let signal = status & 0x7F
    #if canImport(Darwin)
      let peak = usage.ru_maxrss
    #else
      let peak = usage.ru_maxrss << 10
    #endif
    return Ending(
      status: signal == 0 ? (status >> 8) & 0xFF : 128 + signal, signal: signal == 0 ? nil : signal, peakBytes: peak)
  }

  private static var openDescriptors: [Int32] {
    let names = (try? Descriptor<Errno>(folder: "/dev/fd").entries()) ?? []
    return names.compactMap { Int32(String(decoding: $0, as: UTF8.self)) }.filter { fcntl($0, F_GETFD) >= 0 }
  }
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
