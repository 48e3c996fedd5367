/// What strace does to the process it runs. Counting is strace's: per thread and per system call, from 1.
public struct Trace: Sendable {
  public enum Action: Sendable, Equatable {
    /// Nothing; the calls are written down to be counted.
    case count
    /// SIGKILL at the N-th call.
    case kill(at: Int)
    /// The N-th call fails, and is not done.
    case fail(String, at: Int)
  }

  var calls: [String]
  var action: Action
  /// Whether only calls on files of the run count, and not, for one, those that load libraries.
  var isInRunFolder: Bool

  init(_ calls: [String], _ action: Action, isInRunFolder: Bool = false) {
    self.calls = calls
    self.action = action
    self.isInRunFolder = isInRunFolder
  }

  /// - Parameter folders: those of the run.
  func arguments(log: String, folders: [String]) -> [String] {
    let set = calls.joined(separator: ",")
    var arguments = ["-f", "-qq", "-o", log, "-e", "trace=\(set)", "-e", "signal=none"]
    if isInRunFolder { for folder in folders { arguments += ["-P", folder] } }
    switch action {
    case .count: break
    case .kill(let number): arguments += ["-e", "inject=\(set):signal=KILL:when=\(number)"]
    case .fail(let error, let number): arguments += ["-e", "inject=\(set):error=\(error):when=\(number)"]
    }
    return arguments
  }

  /// How often the thread that made most calls of one kind made it: the last point that can be hit.
  static func points(in log: String) -> Int {
    var counts: [Substring: Int] = [:]
    for line in log.split(separator: "\n") where !line.contains(" resumed>") {
      guard let end = line.firstIndex(of: "(") else { continue }
      counts[line[..<end], default: 0] += 1
    }
    return counts.values.max() ?? 0
  }
}
