import Platform

/// The programs of an installed PostgreSQL server.
struct ServerBinaries: Sendable {
  /// Where `initdb`, `pg_ctl` and `postgres` are.
  var folder: String
  var majorVersion: Int

  func path(_ program: String) -> String { "\(folder)/\(program)" }

  /// Looks in `hint` only, where there is one; else in the usual folders, newest version first. Programs that another
  /// account could replace are not run.
  /// - Parameters:
  ///   - major: the version a data folder needs.
  ///   - account: asks the programs for their version.
  static func find(hint: String?, major: Int?, account: ServerAccount) throws(LocalServerError) -> ServerBinaries {
    let folders = if let hint { [hint] } else { try usualFolders(account) }
    var found: [ServerBinaries] = []
    var refusal: LocalServerError?
    for folder in folders where programs.allSatisfy({ isThere($0, folder) }) {
      do throws(LocalServerError) {
        for program in programs { try TrustedPath.check("\(folder)/\(program)", remedy: remedy) }
      } catch {
        refusal = refusal ?? error
        continue
      }
      guard let version = try version(of: folder, account) else { continue }
      let binaries = ServerBinaries(folder: folder, majorVersion: version)
      if major == nil || major == version { return binaries }
      found.append(binaries)
    }
    if let refusal, found.isEmpty { throw refusal }
    if let major, let other = found.first {
      throw LocalServerError(
        .otherVersion, "the data folder was made by PostgreSQL \(major), installed is \(other.majorVersion)",
        place: other.folder,
        remedy: "install PostgreSQL \(major) or name its folder in SLUICE_PG_BIN; or move the state folder away")
    }
    throw LocalServerError(
      .noBinaries, "no PostgreSQL server is installed", place: hint,
      remedy: "install one (apt install postgresql), or name the folder of its programs in SLUICE_PG_BIN")
  }

  private static let programs = ["postgres", "initdb", "pg_ctl"]
  private static let remedy = "let only root write there, or name another folder in SLUICE_PG_BIN"

  private static func isThere(_ program: String, _ folder: String) -> Bool { access("\(folder)/\(program)", X_OK) == 0 }

  private static func usualFolders(_ account: ServerAccount) throws(LocalServerError) -> [String] {
    let parents = ["/usr/lib/postgresql", "/usr", "/opt/homebrew/opt", "/usr/local/opt"]
    let versioned = parents.flatMap { parent in versions(in: parent).map { "\(parent)/\($0)/bin" } }
    return try configuredFolders(account) + versioned
      + ["/usr/local/pgsql/bin", "/usr/local/bin", "/usr/bin", "/opt/homebrew/bin"]
  }

  /// What `pg_config` says, where it is a program that nobody else could replace.
  private static func configuredFolders(_ account: ServerAccount) throws(LocalServerError) -> [String] {
    var folders: [String] = []
    for program in ["/usr/local/bin/pg_config", "/usr/bin/pg_config"] where access(program, X_OK) == 0 {
      guard (try? TrustedPath.check(program, remedy: remedy)) != nil else { continue }
      let text = try Command(executable: program, arguments: ["--bindir"], account: account).printed()
      if let line = text?.split(separator: "\n").first, line.hasPrefix("/") { folders.append(String(line)) }
    }
    return folders
  }

  /// The entries `15`, `pgsql-15` or `postgresql@15` of a folder, newest first.
  private static func versions(in folder: String) -> [String] {
    var entries: [(name: String, version: Int)] = []
    let names = (try? Descriptor<Errno>(folder: folder).entries()) ?? []
    for name in names.map({ String(decoding: $0, as: UTF8.self) }) {
      for prefix in ["postgresql@", "pgsql-", ""] where name.hasPrefix(prefix) {
        if let version = Int(name.dropFirst(prefix.count)) { entries.append((name, version)) }
      }
    }
    return entries.sorted { $0.version > $1.version }.map(\.name)
  }

  /// From `postgres (PostgreSQL) 15.18`.
  private static func version(of folder: String, _ account: ServerAccount) throws(LocalServerError) -> Int? {
    let text = try Command(executable: "\(folder)/postgres", arguments: ["--version"], account: account).printed()
    let digits = text?.drop { !$0.isNumber }.prefix { $0.isNumber }
    return digits.flatMap { Int($0) }
  }
}
