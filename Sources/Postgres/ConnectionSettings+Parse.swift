import CLibPQ

extension ConnectionSettings {
  /// Parses `postgresql://user:password@host:port/database?…` or `keyword=value …`, as libpq does.
  ///
  /// Parameters that Prisma adds to such URLs are taken out first. What the text does not name is taken from the `PG*`
  /// variables in `environment`, unless a connection service is named: libpq asks that first.
  /// - Throws: `.settings`, which quotes nothing of the text: it may hold a password.
  public init(parsing text: String, environment: [String: String] = [:]) throws(PostgresError) {
    guard !text.utf8.contains(0) else { throw ConnectionSettings.refusal("it holds a NUL character") }
    try ConnectionSettings.check(text)
    let (plain, ignored) = ConnectionSettings.withoutPrismaParameters(text)
    var fault: UnsafeMutablePointer<CChar>?
    let options = PQconninfoParse(plain, &fault)
    defer {
      PQconninfoFree(options)
      PQfreemem(fault)
    }
    guard let options else {
      throw ConnectionSettings.refusal(fault.map { String(cString: $0) } ?? "out of memory")
    }
    var values: [String: String] = [:]
    for keyword in ConnectionSettings.entries(of: options) {
      if let value = keyword.val { values[String(cString: keyword.keyword)] = String(cString: value) }
    }
    self.init(values: values, ignoredParameters: ignored)
    try check(isEncoded: ConnectionSettings.isURL(text))
    guard values["service"] == nil else { return }
    let variables = ConnectionSettings(values: ConnectionSettings.values(from: environment))
    try variables.check(isEncoded: false)
    self.values.merge(variables.values) { named, _ in named }
  }

  /// The `PG*` variables of a process, by libpq's own table of them; nil unless one of them says which server or
  /// database: PGHOST, PGHOSTADDR, PGPORT, PGDATABASE, PGUSER, PGSERVICE.
  /// - Throws: `.settings`, as for a connection string.
  public init?(environment: [String: String]) throws(PostgresError) {
    let deciding = ["PGHOST", "PGHOSTADDR", "PGPORT", "PGDATABASE", "PGUSER", "PGSERVICE"]
    guard deciding.contains(where: { environment[$0]?.isEmpty == false }) else { return nil }
    self.init(values: ConnectionSettings.values(from: environment))
    try check(isEncoded: false)
  }

  /// A service outranks the other variables: libpq reads those itself, after it.
  private static func values(from environment: [String: String]) -> [String: String] {
    if let service = environment["PGSERVICE"], !service.isEmpty { return ["service": service] }
    guard let options = PQconninfoParse("", nil) else { return [:] }
    defer { PQconninfoFree(options) }
    var values: [String: String] = [:]
    for keyword in entries(of: options) {
      guard let variable = keyword.envvar, let value = environment[String(cString: variable)] else { continue }
      values[String(cString: keyword.keyword)] = value
    }
    return values
  }

  private static func entries(of options: UnsafeMutablePointer<PQconninfoOption>) -> [PQconninfoOption] {
    var entries: [PQconninfoOption] = []
    while options[entries.count].keyword != nil { entries.append(options[entries.count]) }
    return entries
  }

  /// libpq quotes what it does not understand, a password perhaps; what stands before the first quotation mark is its own.
  static func refusal(_ reason: String, place: String? = nil) -> PostgresError {
    let line = reason.prefix { $0 != "\n" }
    let own = line.prefix { $0 != "\"" }
    let shown =
      line.hasPrefix("missing \"=\" after")
      ? "a word has no = behind it" : own + (own.endIndex == line.endIndex ? "" : "…")
    return PostgresError(.settings, "the connection string cannot be used: \(shown)", place: place)
  }

  private static let prismaParameters: Set<String> = [
    "schema", "connection_limit", "pool_timeout", "pgbouncer", "socket_timeout", "statement_cache_size",
    "max_connection_lifetime", "max_idle_connection_lifetime",
  ]

  private static func withoutPrismaParameters(_ text: String) -> (String, [String: String]) {
    guard isURL(text), let mark = text.firstIndex(of: "?") else { return (text, [:]) }
    var ignored: [String: String] = [:]
    let kept = text[text.index(after: mark)...].split(separator: "&").filter { parameter in
      let parts = parameter.split(separator: "=", maxSplits: 1)
      guard let name = parts.first.map(String.init), prismaParameters.contains(name) else { return true }
      ignored[name] = parts.count > 1 ? String(parts[1]) : ""
      return false
    }
    let start = text[..<mark]
    return (kept.isEmpty ? String(start) : "\(start)?\(kept.joined(separator: "&"))", ignored)
  }
}
