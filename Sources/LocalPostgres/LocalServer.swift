internal import Dispatch
import Platform
public import Postgres

/// A PostgreSQL server of our own, with its data in a state folder: nothing to set up, nobody else gets in.
///
/// It listens on a Unix socket in a folder of mode 0700 and on nothing else, so it trusts who gets there. It goes on
/// running when our process ends. Started by root it runs as `postgres` or `nobody`. The state folder stays root's, and
/// what belongs to that account, its data and its socket, root leaves to it: it runs, follows and changes nothing there.
/// Everything here may be called by several processes at once: a lock in the state folder lets one at a time through.
public struct LocalServer: Sendable {
  /// Holds `data/`, `socket/`, `sluice.conf`, `server.log` and `lock`.
  public let stateFolder: String
  /// Where to look for the server's programs, instead of the usual folders.
  public let binFolder: String?
  /// Settings for this server, over ours: `["fsync": "off"]`.
  public let serverSettings: [String: String]
  /// How long a command of ours may take, once connected: its account could let the server fall silent.
  var patience: DispatchTimeInterval = .seconds(120)

  /// The database and the superuser that every server of ours has.
  public static let defaultName = "sluice"

  /// Touches nothing.
  /// - Parameters:
  ///   - stateFolder: absolute, or relative to the working folder of now.
  ///   - binFolder: the value of `SLUICE_PG_BIN`.
  public init(stateFolder: String, binFolder: String? = nil, serverSettings: [String: String] = [:]) {
    self.stateFolder = LocalServer.absolute(stateFolder)
    self.binFolder = binFolder.flatMap { $0.isEmpty ? nil : LocalServer.absolute($0) }
    self.serverSettings = serverSettings
  }

  /// Where the state folder is unless the user names one: `$XDG_STATE_HOME/sluice`, else `~/.local/state/sluice`; for
  /// root, whose home the server's account cannot enter, `/var/lib/sluice`.
  public static func defaultStateFolder(environment: [String: String]) -> String {
    if let state = environment["XDG_STATE_HOME"], state.hasPrefix("/") { return "\(state)/sluice" }
    if geteuid() == 0 { return "/var/lib/sluice" }
    return "\(environment["HOME"] ?? "/tmp")/.local/state/sluice"
  }

  public var dataFolder: String { "\(stateFolder)/data" }
  public var logFile: String { "\(stateFolder)/server.log" }

  /// The folder of the Unix socket: in the state folder, or in /tmp where that would make the socket's path longer than
  /// the system takes, or hard to write in a setting.
  public var socketFolder: String {
    let folder = "\(stateFolder)/socket"
    let isPlain = folder.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && !"'\",\\".utf8.contains($0) }
    // 107 bytes, less "/.s.PGSQL.5432.lock".
    if isPlain && folder.utf8.count <= 88 { return folder }
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in stateFolder.utf8 { hash = (hash ^ UInt64(byte)) &* 0x0100_0000_01B3 }
    return "/tmp/sluice-\(geteuid())-\(String(hash, radix: 16))"
  }

  /// How to connect, once it runs: as superuser `sluice` to database `sluice`.
  public var settings: ConnectionSettings {
    ConnectionSettings(
      socketFolder: socketFolder, port: serverSettings["port"].flatMap { Int($0) } ?? 5432,
      database: LocalServer.defaultName, user: LocalServer.defaultName
    ).with("requirepeer", accountName ?? "")
  }

  /// The account that the server runs under, where it is not ours. It could lay a link in the socket's place, to a
  /// server of somebody else: libpq talks to no other account with `requirepeer`, or PGREQUIREPEER, of this name.
  public var accountName: String? { try? ServerAccount.current().name }

  func locked<T>(_ body: (StateFolder) throws(LocalServerError) -> T) throws(LocalServerError) -> T {
    let state = try StateFolder(stateFolder, account: try ServerAccount.current())
    let lock = try FileLock(state.folder.path(of: "lock"))
    defer { withExtendedLifetime(lock) {} }
    return try body(state)
  }

  private static func absolute(_ path: String) -> String {
    var path = path
    if !path.hasPrefix("/"), let folder = getcwd(nil, 0) {
      path = "\(String(cString: folder))/\(path)"
      free(folder)
    }
    while path.count > 1 && path.hasSuffix("/") { path.removeLast() }
    return path
  }
}
