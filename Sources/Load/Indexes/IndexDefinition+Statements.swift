internal import Postgres

extension IndexDefinition {
  func dropping(from table: QualifiedTable) throws(PostgresError) -> SQL {
    switch kind {
    case .index: "DROP INDEX \(QualifiedTable(schema: table.schema, table: try Identifier(name)))"
    case .primaryKey, .unique, .exclusion, .foreignKey: "ALTER TABLE \(table) DROP CONSTRAINT \(try Identifier(name))"
    }
  }

  /// The commands that make it again as it was, for one transaction.
  /// - Throws: `load.foreign` for a definition that is not one of such an index.
  func making(on table: QualifiedTable, _ connection: Connection) throws -> [SQL] {
    let name = try Identifier(name)
    let index = QualifiedTable(schema: table.schema, table: name)
    var commands: [SQL] = ["SET LOCAL default_tablespace = \(literal: tablespace ?? "")"]
    let definition = try creating(on: table, connection)
    let deferral = try checkedDeferral(of: table)
    switch kind {
    case .index: commands.append(definition)
    // With the index first, as ADD CONSTRAINT alone would forget its storage parameters.
    case .primaryKey: commands += [definition, "ALTER TABLE \(table) ADD PRIMARY KEY USING INDEX \(name) \(deferral)"]
    case .unique:
      commands += [definition, "ALTER TABLE \(table) ADD CONSTRAINT \(name) UNIQUE USING INDEX \(name) \(deferral)"]
    case .exclusion, .foreignKey: commands.append("ALTER TABLE \(table) ADD CONSTRAINT \(name) \(definition)")
    }
    if let comment { commands.append("COMMENT ON INDEX \(index) IS \(literal: comment)") }
    if let constraintComment {
      commands.append("COMMENT ON CONSTRAINT \(name) ON \(table) IS \(literal: constraintComment)")
    }
    if isReplicaIdentity { commands.append("ALTER TABLE \(table) REPLICA IDENTITY USING INDEX \(name)") }
    if isClustered { commands.append("ALTER TABLE \(table) CLUSTER ON \(name)") }
    for target in statistics?.split(separator: ",") ?? [] {
      let numbers = target.split(separator: " ").compactMap { Int($0) }
      guard numbers.count == 2 else { continue }
      commands.append("ALTER INDEX \(index) ALTER COLUMN \(numbers[0]) SET STATISTICS \(numbers[1])")
    }
    return commands
  }

  /// The lock on the table that a command of `making` takes; nil where nobody would queue behind it for long.
  func lock(before command: SQL) -> SQL? {
    // Readers go on beside an index that is made, and beside a foreign key that is checked.
    if command.text.hasPrefix("CREATE ") { return "SHARE" }
    guard command.text.hasPrefix("ALTER TABLE ") else { return nil }
    return kind == .foreignKey ? "SHARE ROW EXCLUSIVE" : "ACCESS EXCLUSIVE"
  }

  /// The definition, with what stands before its own part written by us.
  private func creating(on table: QualifiedTable, _ connection: Connection) throws -> SQL {
    let name = try Identifier(name)
    switch kind {
    case .exclusion where definition.hasPrefix("EXCLUDE USING "),
      .foreignKey where definition.hasPrefix("FOREIGN KEY ("):
      return "\(unsafe: definition)"
    case .exclusion, .foreignKey: throw notOne(of: table)
    case .index, .primaryKey, .unique: break
    }
    // The server quotes a name only where it has to.
    let printed = try connection.query(
      "SELECT quote_ident($1), quote_ident($2) || '.' || quote_ident($3)",
      parameters: [name.name, table.schema.name, table.table.name]
    ).rows.first
    for unique in ["UNIQUE ", ""] where kind == .index || !unique.isEmpty {
      for only in ["", "ONLY "] {
        let head = "CREATE \(unique)INDEX \(printed?[0] ?? "") ON \(only)\(printed?[1] ?? "") "
        guard definition.utf8.starts(with: (head + "USING ").utf8) else { continue }
        let rest = String(decoding: definition.utf8.dropFirst(head.utf8.count), as: UTF8.self)
        return "CREATE \(unsafe: unique)INDEX \(name) ON \(unsafe: only)\(table) \(unsafe: rest)"
      }
    }
    throw notOne(of: table)
  }

  private func checkedDeferral(of table: QualifiedTable) throws -> SQL {
    switch deferral {
    case nil: ""
    case "DEFERRABLE INITIALLY DEFERRED": "DEFERRABLE INITIALLY DEFERRED"
    case "DEFERRABLE INITIALLY IMMEDIATE": "DEFERRABLE INITIALLY IMMEDIATE"
    default: throw notOne(of: table)
    }
  }

  private func notOne(of table: QualifiedTable) -> LoadError {
    LoadError(
      .foreign, "what sluice.rebuilds has for \(name) is not the definition of such an index of this table",
      place: table.description, remedy: "somebody changed it: correct the row, or delete it and make the index by hand")
  }
}
