internal import Postgres

extension IndexDefinition {
  func dropping(from table: QualifiedTable) throws(PostgresError) -> SQL {
    switch kind {
    case .index: "DROP INDEX \(QualifiedTable(schema: table.schema, table: try Identifier(name)))"
    case .primaryKey, .unique, .exclusion, .foreignKey: "ALTER TABLE \(table) DROP CONSTRAINT \(try Identifier(name))"
    }
  }

  /// The commands that make it again as it was, for one transaction.
  func making(on table: QualifiedTable) throws(PostgresError) -> [SQL] {
    let name = try Identifier(name)
    let index = QualifiedTable(schema: table.schema, table: name)
    var commands: [SQL] = ["SET LOCAL default_tablespace = \(literal: tablespace ?? "")"]
    let definition: SQL = "\(unsafe: definition)"
    let deferral: SQL = "\(unsafe: deferral ?? "")"
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
}
