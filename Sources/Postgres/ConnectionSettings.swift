/// Where a server is and how to talk to it: libpq's own keywords.
///
/// What is not named, libpq takes from the process's `PG*` variables, the service file and the password file, as `psql`
/// does. These we add where the user says nothing:
/// - keepalives after 30 s, then every 10 s, 3 times; `tcp_user_timeout` 60 s: a vanished host is noticed;
/// - `connect_timeout` 10 s (0 waits for ever), `application_name` `sluice`; `client_encoding` is always UTF8;
/// - to a host that is not this machine, `sslmode=require`, or `verify-full` when `sslrootcert` is named: never plain
///   text unless the user asks for it with `sslmode`. (`verify-full` without a root would fail with most servers, as
///   libpq looks for one in the home folder only.) A connection service speaks for itself.
///
/// Its description holds no password.
public struct ConnectionSettings: Sendable, Hashable {
  /// Keywords as libpq knows them.
  var values: [String: String]
  /// Parameters of the connection string that are Prisma's, not libpq's, and mean nothing here: `schema` and the like.
  public private(set) var ignoredParameters: [String: String]

  init(values: [String: String], ignoredParameters: [String: String] = [:]) {
    self.values = values.filter { !$0.value.isEmpty }
    self.ignoredParameters = ignoredParameters
  }

  /// A server of this machine, by the folder of its Unix socket.
  public init(socketFolder: String, port: Int = 5432, database: String, user: String) {
    self.init(values: ["host": socketFolder, "port": String(port), "dbname": database, "user": user])
  }

  public var host: String? { values["host"] ?? values["hostaddr"] }
  public var port: String? { values["port"] }
  public var database: String? { values["dbname"] }
  public var user: String? { values["user"] }

  /// The same server, another database.
  public func database(_ name: String) -> ConnectionSettings { with("dbname", name) }

  /// The same with one libpq keyword set: `application_name`, `options`, `connect_timeout` …
  public func with(_ keyword: String, _ value: String) -> ConnectionSettings {
    var copy = self
    copy.values[keyword] = value.isEmpty ? nil : value
    return copy
  }

  /// The same under this `application_name`, unless the user gave one.
  public func named(_ name: String) -> ConnectionSettings {
    values["application_name"] == nil ? with("application_name", String(name.prefix(63))) : self
  }

  /// Every keyword with its value, defaults included.
  var effective: [String: String] {
    var all = [
      "keepalives": "1", "keepalives_idle": "30", "keepalives_interval": "10", "keepalives_count": "3",
      "tcp_user_timeout": "60000", "connect_timeout": "10", "application_name": "sluice",
    ]
    if needsEncryption { all["sslmode"] = values["sslrootcert"] == nil ? "require" : "verify-full" }
    all.merge(values) { _, named in named }
    all["client_encoding"] = "UTF8"
    return all
  }

  private var needsEncryption: Bool {
    guard values["sslmode"] == nil, values["service"] == nil else { return false }
    // A list; an empty entry is the Unix socket. `hostaddr` is where libpq connects to if both are named.
    let hosts = (values["hostaddr"] ?? values["host"] ?? "").split(separator: ",")
    return !hosts.allSatisfy(ConnectionSettings.isLocal)
  }

  private static func isLocal(_ host: Substring) -> Bool {
    host.hasPrefix("/") || host.hasPrefix("@") || host == "localhost" || host == "::1" || isLoopback(host)
  }

  /// `127.0.0.1`, but not `127.example.com`.
  private static func isLoopback(_ host: Substring) -> Bool {
    let parts = host.split(separator: ".", omittingEmptySubsequences: false)
    return parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil }
  }

  /// Takes our passwords out of text.
  var redaction: Redaction { Redaction([values["password"], values["sslpassword"]]) }
}

extension ConnectionSettings: CustomStringConvertible, CustomReflectable, CustomDebugStringConvertible {
  /// `user@host:5432/database`, as far as they are known.
  public var description: String {
    var text = user.map { "\($0)@" } ?? ""
    text += values["service"].map { "service=\($0)" } ?? host ?? "local"
    if let port { text += ":\(port)" }
    if let database { text += "/\(database)" }
    return redaction(text)
  }

  public var debugDescription: String { description }

  /// `dump` and string interpolation of a value that holds settings print no password either.
  public var customMirror: Mirror { Mirror(self, children: ["server": description]) }
}
