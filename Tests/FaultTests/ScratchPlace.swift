import Foundation

@testable import FaultHarness

/// A server of the harness in a folder of its own.
final class ScratchPlace {
  /// The program as it was built beside these tests.
  static let sluice = URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent().path + "/sluice"

  let folder = ScratchPlace.newFolder()
  let server: ScratchServer

  init() throws {
    try FileManager.default.createDirectory(
      atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o755])
    server = try ScratchServer(folder: "\(folder)/server", secret: "canary" + UUID().uuidString.prefix(8))
  }

  func remove() {
    try? server.stop()
    try? FileManager.default.removeItem(atPath: folder)
  }

  static func newFolder() -> String { "/tmp/sluice-faults-\(UUID().uuidString.prefix(8))" }
}
