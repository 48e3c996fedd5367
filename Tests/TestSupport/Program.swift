import Dispatch
public import Foundation

/// A program that runs or ran, with its output in files, so that no pipe can fill up.
public final class Program {
  private let process = Process()
  private let folder: String
  /// `waitUntilExit` can miss the end of a program that ends at once.
  private let end = DispatchSemaphore(value: 0)

  /// - Parameters:
  ///   - executable: a path, or a name that is looked for in `PATH`.
  ///   - environment: all of it; nil: ours.
  ///   - input: what it reads; nil: nothing.
  ///   - output: where its standard output goes; nil: a file, for `Ended.output`.
  public init(
    _ executable: String, _ arguments: [String], in workingFolder: String? = nil, environment: [String: String]? = nil,
    input: FileHandle? = nil, output: FileHandle? = nil
  ) throws {
    folder = "/tmp/sluice-program-\(UUID().uuidString.prefix(8))"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    process.executableURL = URL(filePath: executable.hasPrefix("/") ? executable : "/usr/bin/env")
    process.arguments = executable.hasPrefix("/") ? arguments : [executable] + arguments
    if let workingFolder { process.currentDirectoryURL = URL(filePath: workingFolder) }
    if let environment { process.environment = environment }
    process.standardInput = input ?? FileHandle.nullDevice
    process.standardOutput = try output ?? file("out")
    process.standardError = try file("err")
    process.terminationHandler = { [end] _ in end.signal() }
    try process.run()
  }

  deinit { try? FileManager.default.removeItem(atPath: folder) }

  private func file(_ name: String) throws -> FileHandle {
    let path = "\(folder)/\(name)"
    _ = FileManager.default.createFile(atPath: path, contents: nil)
    return try FileHandle(forWritingTo: URL(filePath: path))
  }

  public var identifier: pid_t { process.processIdentifier }

  public func interrupt() { process.interrupt() }

  public func terminate() { process.terminate() }

  /// Ends it without asking.
  public func kill() { _ = Foundation.kill(process.processIdentifier, SIGKILL) }

  /// What it wrote to standard error so far.
  public var errors: String { text("err") }

  private func text(_ name: String) -> String {
    let bytes = try? Data(contentsOf: URL(filePath: "\(folder)/\(name)"))
    return String(decoding: bytes ?? Data(), as: UTF8.self)
  }

  public struct Ended: Sendable {
    public var status: Int32
    public var output: String
    public var errors: String
    /// It did not end by itself: `status` is a signal.
    public var wasKilled: Bool
  }

  /// Waits for its end; to be called once.
  public func wait() -> Ended {
    end.wait()
    return Ended(
      status: process.terminationStatus, output: text("out"), errors: text("err"),
      wasKilled: process.terminationReason == .uncaughtSignal)
  }
}

/// Runs a program of the system to its end.
/// - Throws: unless it succeeds.
public func call(_ program: String, _ arguments: String..., in folder: String? = nil) throws {
  let ended = try Program(program, arguments, in: folder).wait()
  if ended.status != 0 || ended.wasKilled { throw CallFailure(call: [program] + arguments, ended: ended) }
}

public struct CallFailure: Error {
  public var call: [String]
  public var ended: Program.Ended
}
