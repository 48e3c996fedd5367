import Foundation
public import Postgres

/// A database and a folder of its own for one test, with what is needed to load the one into the other.
public final class Workbench {
  /// Holds the sources, `pipeline.yaml` and `runs/`; removed at the end.
  public let folder: String
  public let database: TestDatabase
  public let connection: Connection

  public init() throws {
    folder = "/tmp/sluice-run-\(UUID().uuidString.prefix(8))"
    // Whatever the umask of another test: a server's state folder is not made where all may write.
    try FileManager.default.createDirectory(
      atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o755])
    database = try TestDatabase()
    connection = try database.connect()
    try connection.execute("SET TimeZone = 'UTC'")
  }

  deinit {
    connection.close()
    try? FileManager.default.removeItem(atPath: folder)
  }

  public func path(_ name: String) -> String { "\(folder)/\(name)" }

  public func write(_ text: String, to name: String = "things.json") throws { try write(Array(text.utf8), to: name) }

  public func write(_ bytes: [UInt8], to name: String) throws { try Self.write(bytes, toFile: path(name)) }

  /// Others cannot write to it, whatever the umask of the tests is: else it would not be trusted.
  public static func write(_ bytes: [UInt8], toFile path: String) throws {
    try Data(bytes).write(to: URL(filePath: path))
    try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: path)
  }

  public func read(_ name: String) throws -> [UInt8] { [UInt8](try Data(contentsOf: URL(filePath: path(name)))) }

  public func text(_ name: String) throws -> String { String(decoding: try read(name), as: UTF8.self) }

  public func exists(_ name: String) -> Bool { FileManager.default.fileExists(atPath: path(name)) }

  // MARK: - The database

  public func sql(_ text: String) throws { try connection.executeScript(SQL(unsafe: text)) }

  public func rows(_ query: String) throws -> [[String?]] { try connection.query(SQL(unsafe: query)).rows }

  public func scalar(_ query: String) throws -> String? { try connection.query(SQL(unsafe: query)).scalar }

  public func count(_ table: String = "things") throws -> Int {
    try scalar("SELECT count(*) FROM \(table)").flatMap { Int($0) } ?? -1
  }

  /// What a process would have in its environment.
  public var environment: [String: String] {
    let settings = database.settings
    return [
      "PGHOST": settings.host ?? "", "PGPORT": settings.port ?? "", "PGUSER": settings.user ?? "",
      "PGDATABASE": settings.database ?? "",
    ]
  }
}
