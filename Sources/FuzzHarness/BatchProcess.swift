import Foundation
import Platform

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
    let file = try Descriptor<Errno>(
      errors, in: .workingFolder, O_WRONLY | O_CREAT | O_APPEND, mode: 0o600, name: errors)
    // A backtrace takes seconds, and the seed leads to it again.
    var launch = ChildProcess.Launch(
      executable, ["batch", target, corpus, folder, "\(seed)", "\(count)"],
      environment: ["PATH": "/usr/bin:/bin", "SWIFT_BACKTRACE": "enable=no"],
      folder: FileManager.default.currentDirectoryPath)
    launch.errors = file.raw
    launch.leadsGroup = true
    guard let ending = try ending(of: ChildProcess(launch)) else { return finding("it did not end") }
    guard ending.status != 0 else { return nil }
    let said = text(errors).split(separator: "\n").first { $0.contains("rror") }.map { ": \($0)" } ?? ""
    let how = ending.signal.map { "signal \($0)" } ?? "status \(ending.status)"
    return finding(how + said)
  }

  /// - Returns: nil when a case would not end, and the process was killed.
  private func ending(of process: ChildProcess) throws -> ChildProcess.Ending? {
    var last = ""
    var since = ContinuousClock.now
    while true {
      if let ending = try process.poll() { return ending }
      let now = text("\(folder)/\(Batch.mark)")
      if now != last {
        last = now
        since = .now
      }
      if ContinuousClock.now - since > Self.longestCase {
        process.signal(SIGKILL)
        _ = try process.wait()
        return nil
      }
      usleep(20_000)
    }
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
