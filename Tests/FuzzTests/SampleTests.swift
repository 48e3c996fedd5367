import Foundation
import FuzzHarness
import TestSupport
import Testing

/// A minute of `make fuzz`: the same harness, the same targets, from a fixed seed.
@Suite("Whatever is read") struct SampleTests {
  /// The program as it was built beside these tests.
  private static let fuzz = URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent().path + "/sluice-fuzz"

  private func drive(_ arguments: String...) throws -> Program.Ended {
    let folder = "/tmp/sluice-fuzz-\(UUID().uuidString.prefix(8))"
    defer { try? FileManager.default.removeItem(atPath: folder) }
    return try Program(Self.fuzz, arguments + ["--folder", folder]).wait()
  }

  @Test("ends no process, asks for no gigabytes, and leads to a value or an error of ours")
  func sample() throws {
    let ended = try drive("--seed", "1", "--cases", "1000")
    #expect(ended.status == 0, "\(ended.output)\(ended.errors)")
    #expect(ended.output.contains("1000 cases of each target, seed 1"))
  }

  @Test("is told with its seed where it ends the process or leads to an error that is none of ours")
  func canary() throws {
    let trap = try drive("--seed", "7", "--cases", "1", "--target", "canary")
    let foreign = try drive("--seed", "1", "--cases", "1", "--target", "canary")
    #expect(trap.status == 1 && trap.output.contains("canary: signal 4"), "\(trap)")
    #expect(trap.output.contains(" SEED=7 TARGET=canary CASES=1 make fuzz"))
    #expect(foreign.status == 1 && foreign.output.contains("canary: status 1: Error: Foreign()"), "\(foreign)")
  }
}
