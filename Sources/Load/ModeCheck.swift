internal import PipelineSpec
internal import Postgres

/// What a mode needs of the table that it writes to.
enum ModeCheck {
  /// The command that gives the table the index that its rows are found by; nil where it has one, or needs none.
  static func repair(_ destination: Destination, _ table: TableDescription) -> String? {
    guard destination.mode.traits.findsByKey, !hasKey(destination, table) else { return nil }
    return TableRepair(table: table.table).addingIndex(over: destination.key)
  }

  private static func hasKey(_ destination: Destination, _ table: TableDescription) -> Bool {
    table.uniqueKeys.contains { Set($0) == Set(destination.key) }
  }

  static func problems(_ spec: TableSpec, _ table: TableDescription) -> [String] {
    let destination = spec.destination
    let traits = destination.mode.traits
    var problems = traits.findsByKey ? finding(spec, table) : []
    if traits.onlyAdds { problems += adding(table, destination.mode) }
    if traits.emptiesTable { problems += emptying(table, destination.mode) }
    problems += rules(destination, table)
    return destination.rebuildIndexes ? problems + rebuilding(table) : problems
  }

  /// The rows that a run adds are told from others by their transaction.
  private static func adding(_ table: TableDescription, _ mode: Destination.Mode) -> [String] {
    if table.privileges.xmin { return [] }
    return ["mode \(mode): this role may not SELECT column xmin; grant SELECT (xmin), or SELECT on all of the table"]
  }

  private static func emptying(_ table: TableDescription, _ mode: Destination.Mode) -> [String] {
    var problems: [String] = []
    if !table.privileges.truncate { problems.append("mode \(mode), and this role may not TRUNCATE") }
    if !table.referencedBy.isEmpty {
      problems.append(
        "mode \(mode), and TRUNCATE is refused while foreign keys refer to the table: "
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
    if destination.mode.traits.deletesMissing { problems += deleting(table, mode) }
    for column in spec.columns
    where table.column(column.name)?.identity == .always && !destination.key.contains(column.name) {
      problems.append("column \(column.name): GENERATED ALWAYS AS IDENTITY, which UPDATE cannot set")
    }
    return problems
  }

  /// Rows are saved whole before they are deleted.
  private static func deleting(_ table: TableDescription, _ mode: String) -> [String] {
    var problems = table.privileges.delete ? [] : ["\(mode): this role may not DELETE"]
    for column in table.columns where column.generation == .none && !column.privileges.select {
      problems.append(
        "\(mode): this role may not SELECT column \(column.name), and rows are saved before they are deleted")
    }
    return problems
  }

  /// The server refuses to update or delete rows of which a subscriber could not be told.
  static func unidentified(_ destination: Destination, _ table: TableDescription) -> LoadError? {
    let found = table.unidentified.first { part in
      destination.mode.traits.deletesMissing && part.onDelete || destination.mode.traits.findsByKey && part.onUpdate
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
