#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

extension LocalServer {
  public struct Status: Sendable, Hashable {
    /// The process of the server; nil when it does not run.
    public var pid: Int32?
    /// The major version that made the data; nil before the first start.
    public var dataVersion: Int?
    public var socketFolder: String
    public var dataFolder: String
    public var logFile: String

    public var isRunning: Bool { pid != nil }
  }

  /// What is there now; starts and changes nothing.
  public func status() -> Status {
    Status(
      pid: runningPID, dataVersion: dataVersion, socketFolder: socketFolder, dataFolder: dataFolder, logFile: logFile)
  }

  var dataVersion: Int? {
    readText("\(dataFolder)/PG_VERSION").flatMap { Int($0.prefix { $0.isNumber }) }
  }

  /// The process named in the server's own file, if it lives and is that server: after a crash the file stays, and its
  /// number may be another program's by now.
  var runningPID: Int32? {
    guard let text = readText("\(dataFolder)/postmaster.pid"),
      let pid = Int32(text.prefix { $0.isNumber }), pid > 0
    else { return nil }
    guard kill(pid, 0) == 0 || errno == EPERM else { return nil }
    let arguments = readText("/proc/\(pid)/cmdline")?.split(separator: "\0")
    return arguments.map { $0.contains(Substring(dataFolder)) } ?? true ? pid : nil
  }

  /// The last lines of the log, for an error's detail.
  var logTail: String? {
    readText(logFile, last: 4096).map { text in
      text.split(separator: "\n").suffix(10).joined(separator: "\n")
    }
  }
}
