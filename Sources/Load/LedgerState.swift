internal import Postgres

/// What the schema `sluice` of a database is.
enum LedgerState: Sendable, Hashable {
  /// There is no ledger, and nothing stands where it would be made.
  case missing
  /// A ledger of the version that this program uses.
  case ours
  /// A ledger of an earlier version.
  case older(Int)
  case newer(Int)
  /// It belongs to a role that this one does not trust, or has what Sluice did not make; says what.
  case foreign(String)
  /// A ledger that lacks these parts.
  case damaged([String])

  static let versionNumber = "the number of its version"

  init(_ catalogue: LedgerCatalogue, on connection: Connection) throws(PostgresError) {
    guard let owner = catalogue.owner else {
      self = .missing
      return
    }
    guard catalogue.strangers.isEmpty else {
      self = .foreign(Self.list(catalogue.strangers))
      return
    }
    guard !catalogue.parts.isEmpty else {
      self =
        catalogue.others.isEmpty ? .missing : .foreign("\(owner) owns it, and it has \(Self.list(catalogue.others))")
      return
    }
    let stated = try Self.version(catalogue, on: connection)
    if let stated, stated > LedgerVersion.newest {
      self = .newer(stated)
      return
    }
    if let stated, !LedgerVersion.all.contains(where: { $0.number == stated }) {
      self = .damaged([Self.versionNumber])
      return
    }
    let version = stated ?? Self.closest(to: catalogue.parts)
    let expected = LedgerVersion.parts(upTo: version)
    let added = catalogue.parts.subtracting(expected)
    let lacking = Self.lacking(of: expected, in: catalogue.parts)
    if !added.isEmpty {
      self = .foreign("\(owner) owns it, and it has \(Self.list(added.sorted()))")
    } else if !lacking.isEmpty {
      self = .damaged(lacking)
    } else if version < LedgerVersion.newest {
      self = .older(version)
    } else if stated == nil, catalogue.mayReadVersion {
      self = .damaged([Self.versionNumber])
    } else {
      self = .ours
    }
  }

  /// What the version's row says; nil where there is none, or where it cannot be read without harm.
  private static func version(_ catalogue: LedgerCatalogue, on connection: Connection) throws(PostgresError) -> Int? {
    let own = catalogue.parts.filter { $0.hasPrefix("version.") || $0.hasPrefix("version:") }
    let expected = LedgerVersion.all.flatMap(\.tables).filter { $0.name == "version" }.flatMap(\.parts)
    guard catalogue.mayReadVersion, own == Set(expected) else { return nil }
    return try connection.query("SELECT version FROM ONLY sluice.version").scalar.flatMap { Int($0) }
  }

  /// The version that lacks least, of those that account for all parts.
  private static func closest(to parts: Set<String>) -> Int {
    let sizes = LedgerVersion.all.map { (number: $0.number, parts: LedgerVersion.parts(upTo: $0.number)) }
    let possible = sizes.filter { $0.parts.isSuperset(of: parts) }
    return possible.min { $0.parts.count < $1.parts.count }?.number ?? LedgerVersion.newest
  }

  /// A table that is not there is named once, a column without its type.
  private static func lacking(of expected: Set<String>, in parts: Set<String>) -> [String] {
    let tables = LedgerVersion.tableNames.filter {
      expected.contains("\($0): table") && !parts.contains("\($0): table")
    }
    let names = expected.subtracting(parts).compactMap { part -> String? in
      let (name, rest) = (part.prefix { $0 != ":" }, part.drop { $0 != ":" }.dropFirst(2))
      guard !tables.contains(String(name.prefix { $0 != "." })) else { return nil }
      return name.contains(".") ? String(name) : "\(rest) of \(name)"
    }
    return tables + names.sorted()
  }

  private static func list(_ texts: [String]) -> String {
    let shown = texts.prefix(5).joined(separator: "; ")
    return texts.count > 5 ? "\(shown); and \(texts.count - 5) more" : shown
  }
}
