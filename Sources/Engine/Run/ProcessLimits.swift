internal import Platform

/// What the system must let this process have. Found out before anything is begun: a file that cannot be opened has many
/// meanings by then, and memory that is not given ends the process.
public enum ProcessLimits {
  /// With 64 connections, their files and the source's.
  private static let openFiles: rlim_t = 256
  /// Threads take room for their stacks and heaps long before they use it.
  private static let addressSpace: rlim_t = 1 << 30

  /// Raises the limit on open files where that is allowed.
  /// - Throws: `.limits`
  public static func check() throws(EngineError) {
    var open = limit(files)
    if open.rlim_cur < openFiles, open.rlim_max >= openFiles {
      open.rlim_cur = openFiles
      setrlimit(files, &open)
      open = limit(files)
    }
    guard open.rlim_cur >= openFiles else {
      throw EngineError(
        .limits, "this process may have \(open.rlim_cur) files open, and needs \(openFiles)",
        remedy: "raise the limit: ulimit -n \(openFiles)")
    }
    let room = limit(space).rlim_cur
    guard room >= addressSpace else {
      throw EngineError(
        .limits, "this process may have \(room >> 10) KiB of address space, and needs \(addressSpace >> 10)",
        remedy: "raise the limit: ulimit -v \(addressSpace >> 10), or more for large records; or ulimit -v unlimited")
    }
  }

  private static func limit(_ resource: Int32) -> rlimit {
    var limit = rlimit(rlim_cur: .max, rlim_max: .max)
    getrlimit(resource, &limit)
    return limit
  }

  #if canImport(Glibc)
    private static let files = Int32(RLIMIT_NOFILE.rawValue)
    private static let space = Int32(RLIMIT_AS.rawValue)
  #else
    private static let files = RLIMIT_NOFILE
    private static let space = RLIMIT_AS
  #endif
}
