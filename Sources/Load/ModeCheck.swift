internal import PipelineSpec
internal import Postgres

/// What a mode needs of the table that it writes to.
enum ModeCheck {
  /// The command that gives the table the index that its rows are found by; nil where it has one, or needs none.
  static func repair(_ destination: Destination, _ table: TableDescription) -> String? {
    guard destination.mode == .upsert || destination.mode == .sync, !hasKey(destination, table) else { return nil }
    return TableRepair(table: table.table).addingIndex(over: destination.key)
  }

  private static func hasKey(_ destination: Destination, _ table: TableDescription) -> Bool {
    table.uniqueKeys.contains { Set($0) == Set(destination.key) }
  }

  static func problems(_ spec: TableSpec, _ table: TableDescription) -> [String] {
    let destination = spec.destination
    return switch destination.mode {
    case .append: adding(table) + rules(destination, table)
    case .replace: emptying(table) + rules(destination, table) + (destination.rebuildIndexes ? rebuilding(table) : [])
    case .upsert, .sync: finding(spec, table) + rules(destination, table)
    }
  }

  /// The rows that a run adds are told from others by their transaction.
  private static func adding(_ table: TableDescription) -> [String] {
    if table.privileges.xmin { return [] }
    return ["mode append: this role may not SELECT column xmin; grant SELECT (xmin), or SELECT on all of the table"]
  }

  private static func emptying(_ table: TableDescription) -> [String] {
    var problems: [String] = []
    if !table.privileges.truncate { problems.append("mode replace, and this role may not TRUNCATE") }
    if !table.referencedBy.isEmpty {
      problems.append(
        "mode replace, and TRUNCATE is refused while foreign keys refer to the table: "
          + table.referencedBy.joined(separator: ", "))
    }
    return problems
  }

  /// A row is found again by its key.
  private static func finding(_ spec: TableSpec, _ table: TableDescription) -> [String] {
    let destination = spec.destination
    let mode = "mode \(destination.mode.rawValue)"
    var problems: [String] = []
    if !hasKey(destination, table) {
      problems.append(
        "\(mode), and no unique index lies over exactly the key (\(destination.key.joined(separator: ", ")))")
    }
    problems += TableCheck.lacking("UPDATE", spec.columns, table, table.privileges.update, \.update).map {
      "\(mode): \($0)"
    }
    if table.privileges.update, !table.privileges.lock {
      problems.append("\(mode): this role may not lock the table; grant UPDATE or DELETE on all of it")
    }
    if destination.mode == .sync { problems += deleting(table) }
    for column in spec.columns
    where table.column(column.name)?.identity == .always && !destination.key.contains(column.name) {
      problems.append("column \(column.name): GENERATED ALWAYS AS IDENTITY, which UPDATE cannot set")
    }
    return problems
  }

  /// Rows are saved whole before they are deleted.
  private static func deleting(_ table: TableDescription) -> [String] {
    var problems = table.privileges.delete ? [] : ["mode sync: this role may not DELETE"]
    for column in table.columns where column.generation == .none && !column.privileges.select {
      problems.append(
        "mode sync: this role may not SELECT column \(column.name), and rows are saved before they are deleted")
    }
    return problems
  }

  /// The server refuses to update or delete rows of which a subscriber could not be told.
  static func unidentified(_ destination: Destination, _ table: TableDescription) -> LoadError? {
    let found = table.unidentified.first { part in
      destination.mode == .sync && part.onDelete
        || (destination.mode == .sync || destination.mode == .upsert) && part.onUpdate
    }
    return found.map { part in
      LoadError(
        .published, "publication \(part.publication) publishes changes of this table, and it has no replica identity",
        place: part.table, remedy: "give it a primary key, or ALTER TABLE … REPLICA IDENTITY FULL")
    }
  }

  /// COPY does not follow rules, INSERT, UPDATE and DELETE do.
  private static func rules(_ destination: Destination, _ table: TableDescription) -> [String] {
    guard destination.isStaged, !table.rules.isEmpty else { return [] }
    return ["rules would rewrite what is published: \(table.rules.joined(separator: ", "))"]
  }

  private static func rebuilding(_ table: TableDescription) -> [String] {
    table.kind == .partitionedTable ? ["rebuildIndexes, and the table is partitioned"] : []
  }
}

extension LoadError {
  static func unlogged(_ table: TableDescription) -> LoadError {
    LoadError(
      .unlogged, "the table is UNLOGGED: a crash of the server empties it, and the ledger would still count its rows",
      place: table.table.description, remedy: "ALTER TABLE … SET LOGGED, or accept that with --allow-unlogged")
  }
}
