#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// The programs of an installed PostgreSQL server.
struct ServerBinaries: Sendable {
  /// Where `initdb`, `pg_ctl` and `postgres` are.
  var folder: String
  var majorVersion: Int

  func path(_ program: String) -> String { "\(folder)/\(program)" }

  /// Looks in `hint` only, where there is one; else in the usual folders, newest version first.
  /// - Parameters:
  ///   - major: the version a data folder needs.
  ///   - scratch: a file to use meanwhile.
  static func find(hint: String?, major: Int?, scratch: String) throws(LocalServerError) -> ServerBinaries {
    let folders = hint.map { [$0] } ?? usualFolders(scratch: scratch)
    var found: [ServerBinaries] = []
    for folder in folders where access("\(folder)/postgres", X_OK) == 0 && access("\(folder)/initdb", X_OK) == 0 {
      guard let version = version(of: folder, scratch: scratch) else { continue }
      let binaries = ServerBinaries(folder: folder, majorVersion: version)
      if major == nil || major == version { return binaries }
      found.append(binaries)
    }
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

  private static func usualFolders(scratch: String) -> [String] {
    let parents = ["/usr/lib/postgresql", "/usr", "/opt/homebrew/opt", "/usr/local/opt"]
    let versioned = parents.flatMap { parent in versions(in: parent).map { "\(parent)/\($0)/bin" } }
    var configured: [String] = []
    for program in ["/usr/local/bin/pg_config", "/usr/bin/pg_config"] where access(program, X_OK) == 0 {
      let text = Command(executable: program, arguments: ["--bindir"]).printed(scratch: scratch)
      if let line = text?.split(separator: "\n").first { configured.append(String(line)) }
    }
    return configured + versioned + ["/usr/local/pgsql/bin", "/usr/local/bin", "/usr/bin", "/opt/homebrew/bin"]
  }

  /// The entries `15`, `pgsql-15` or `postgresql@15` of a folder, newest first.
  private static func versions(in folder: String) -> [String] {
    guard let directory = opendir(folder) else { return [] }
    defer { closedir(directory) }
    var entries: [(name: String, version: Int)] = []
    while let entry = readdir(directory) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: MemoryLayout.size(ofValue: entry.pointee.d_name)) {
          String(cString: $0)
        }
      }
      for prefix in ["postgresql@", "pgsql-", ""] where name.hasPrefix(prefix) {
        if let version = Int(name.dropFirst(prefix.count)) { entries.append((name, version)) }
      }
    }
    return entries.sorted { $0.version > $1.version }.map(\.name)
  }

  /// From `postgres (PostgreSQL) 15.18`.
  private static func version(of folder: String, scratch: String) -> Int? {
    let text = Command(executable: "\(folder)/postgres", arguments: ["--version"]).printed(scratch: scratch)
    let digits = text?.drop { !$0.isNumber }.prefix { $0.isNumber }
    return digits.flatMap { Int($0) }
  }
}
