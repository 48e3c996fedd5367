import Foundation

/// A batch of cases in a process of its own.
struct BatchProcess {
  private let executable: String
  private let target: String
  private let seed: UInt64
  private let count: Int
  private let folder: String

  /// A case takes milliseconds: one that takes so long will not end.
  private static let longestCase = Duration.seconds(120)

  init(_ options: Driver.Options, target: String, seed: UInt64, count: Int) {
    executable = options.executable
    self.target = target
    self.seed = seed
    self.count = count
    folder = "\(options.folder)/\(target)"
  }

  /// - Returns: the case that ended it; nil when all ended as they may.
  func run(corpus: String) throws -> Driver.Finding? {
    try? FileManager.default.removeItem(atPath: folder)
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let errors = "\(folder)/errors"
    _ = FileManager.default.createFile(atPath: errors, contents: nil)
    let process = Foundation.Process()
    process.executableURL = URL(filePath: executable)
    process.arguments = ["batch", target, corpus, folder, "\(seed)", "\(count)"]
    // A backtrace takes seconds, and the seed leads to it again.
    process.environment = ["PATH": "/usr/bin:/bin", "SWIFT_BACKTRACE": "enable=no"]
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = FileHandle.nullDevice
    process.standardError = try FileHandle(forWritingTo: URL(filePath: errors))
    try process.run()
    let hung = watch(process)
    process.waitUntilExit()
    if hung { return finding("it did not end") }
    guard process.terminationStatus != 0 || process.terminationReason == .uncaughtSignal else { return nil }
    let said = text(errors).split(separator: "\n").first { $0.contains("rror") }.map { ": \($0)" } ?? ""
    let how = process.terminationReason == .uncaughtSignal ? "signal" : "status"
    return finding("\(how) \(process.terminationStatus)\(said)")
  }

  /// - Returns: true when a case would not end, and the process was killed.
  private func watch(_ process: Foundation.Process) -> Bool {
    var last = ""
    var since = ContinuousClock.now
    while process.isRunning {
      let now = text("\(folder)/\(Batch.mark)")
      if now != last {
        last = now
        since = .now
      }
      if ContinuousClock.now - since > Self.longestCase {
        kill(process.processIdentifier, SIGKILL)
        return true
      }
      usleep(20_000)
    }
    return false
  }

  private func finding(_ what: String) -> Driver.Finding {
    let seed = UInt64(text("\(folder)/\(Batch.mark)")) ?? seed
    let kept = "\(folder)-\(seed)"
    try? FileManager.default.removeItem(atPath: kept)
    try? FileManager.default.copyItem(atPath: folder, toPath: kept)
    return Driver.Finding(target: target, seed: seed, what: what, folder: kept)
  }

  private func text(_ path: String) -> String {
    (try? Data(contentsOf: URL(filePath: path))).map { String(decoding: $0, as: UTF8.self) } ?? ""
  }
}
