import Platform

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
    // A data folder that belongs to another account is not our server's; `start` says what is wrong with it.
    let data = try? openData()
    return Status(
      pid: try? data?.runningPID, dataVersion: try? data?.version, socketFolder: socketFolder, dataFolder: dataFolder,
      logFile: logFile)
  }

  /// nil before the first start.
  func openData() throws(LocalServerError) -> DataFolder? {
    let account = try ServerAccount.current()
    return try Folder(stateFolder)?.folder("data", of: account).map { DataFolder(folder: $0, account: account) }
  }

  /// The last lines of the log, for an error's detail.
  var logTail: String? {
    guard let account = try? ServerAccount.current(), let state = Folder(stateFolder),
      let text = try? state.text(of: "server.log", by: account, last: 4096)
    else { return nil }
    return text.split(separator: "\n").suffix(10).joined(separator: "\n")
  }
}
