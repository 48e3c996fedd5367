public import PipelineSpec
public import Postgres
public import Records

/// Compares the columns of a pipeline with the table they are to fill, before a byte is sent.
public enum TableCheck {
  /// What the columns are compared for.
  public enum Purpose: Sendable, Hashable {
    /// The table is read.
    case comparison
    /// The table is written, in the dataset's mode.
    case loading(allowsUnlogged: Bool)
  }

  /// How the table stores each of the dataset's columns, in their order.
  /// - Throws: `LoadError` naming everything that does not fit.
  public static func layout(
    of spec: TableSpec, in table: TableDescription, for purpose: Purpose
  ) throws(LoadError) -> TableLayout {
    var problems = self.problems(spec, table)
    let repair = TableRepair(table: table.table)
    var repairs: [String?] = []
    if case .loading(let allowsUnlogged) = purpose {
      if table.isUnlogged, !allowsUnlogged { throw .unlogged(table) }
      if let error = ModeCheck.unidentified(spec.destination, table) { throw error }
      problems += lacking("INSERT", spec.columns, table, table.privileges.insert, \.insert)
      problems += withoutDefault(spec.columns, table)
      problems += ModeCheck.problems(spec, table)
      repairs.append(ModeCheck.repair(spec.destination, table))
    }
    var columns: [ColumnLayout] = []
    for column in spec.columns {
      guard let stored = table.column(column.name) else {
        problems.append("column \(column.name): the table has no such column")
        repairs.append(repair.adding(column))
        continue
      }
      switch fit(column, stored, repair) {
      case .success(let layout): columns.append(layout)
      case .failure(let misfit):
        problems.append("column \(column.name): \(misfit.reason)")
        repairs.append(misfit.repair)
      }
    }
    for stored in table.columns where !stored.isOptional && !spec.columns.contains(where: { $0.name == stored.name }) {
      problems.append("column \(stored.name): NOT NULL, without a default, and the pipeline does not name it")
      repairs.append(repair.droppingNotNull(stored.name))
    }
    guard problems.isEmpty else {
      throw LoadError(
        .schema, "the table does not fit the pipeline: " + problems.joined(separator: "; "),
        place: table.table.description,
        remedy: remedy(spec.dataset, repairs.compactMap(\.self)))
    }
    return TableLayout(
      schema: spec.destination.schema, table: spec.destination.table, columns: columns,
      key: spec.destination.key.compactMap { name in spec.columns.firstIndex { $0.name == name } })
  }

  /// How the columns are encoded where no table is at hand: a type of the target as text, which is right for an enum;
  /// nothing known of limits.
  public static func layout(declaredBy spec: TableSpec) -> TableLayout {
    TableLayout(
      schema: spec.destination.schema, table: spec.destination.table,
      columns: spec.columns.map { column in
        let known = declared(column.type)
        let (scalar, isArray) = known ?? (.text, column.type.description.hasSuffix("[]"))
        let typeName = known.map { $0.0.traits.sqlName + ($0.1 ? "[]" : "") } ?? column.type.description
        return ColumnLayout(
          name: column.name, scalar: scalar, isArray: isArray, typeName: typeName,
          isLenient: column.isLenient, isTrimmed: column.isTrimmed, zone: column.zone, encoding: column.encoding,
          elementOID: isArray ? scalar.traits.oid : 0)
      },
      key: spec.destination.key.compactMap { name in spec.columns.firstIndex { $0.name == name } })
  }

  private struct Misfit: Error {
    var reason: String
    /// The command that mends it.
    var repair: String?
  }

  /// - Parameter repairs: commands, in the order in which they are run.
  private static func remedy(_ dataset: String, _ repairs: [String]) -> String {
    let change = "change the table (or its migration) or the columns of dataset \(dataset)"
    return repairs.isEmpty ? change : "\(change); for the table: \(repairs.joined(separator: "; "))"
  }

  private static func problems(_ spec: TableSpec, _ table: TableDescription) -> [String] {
    var problems: [String] = []
    if table.kind != .table && table.kind != .partitionedTable { problems.append("it is no table (\(table.kind))") }
    if table.hasRowSecurity { problems.append("row security is on for this role, and COPY is refused under it") }
    if !table.foreignParts.isEmpty {
      problems.append("parts of it are foreign tables: \(table.foreignParts.joined(separator: ", "))")
    }
    if !table.privileges.schema { problems.append("this role may not use schema \(spec.destination.schema)") }
    problems += lacking("SELECT", spec.columns, table, table.columns.contains(where: \.privileges.select), \.select)
    return problems
  }

  /// A right that is needed on every column of the pipeline.
  /// - Parameter isThere: whether the role has it on any column.
  static func lacking(
    _ right: String, _ columns: [Column], _ table: TableDescription, _ isThere: Bool,
    _ privilege: KeyPath<TableDescription.Column.Privileges, Bool>
  ) -> [String] {
    guard isThere else { return ["this role may not \(right)"] }
    return columns.compactMap { column in
      guard let stored = table.column(column.name), !stored.privileges[keyPath: privilege] else { return nil }
      return "column \(column.name): this role may not \(right) it"
    }
  }

  /// Columns that the pipeline leaves to their defaults, which this role may not take.
  private static func withoutDefault(_ columns: [Column], _ table: TableDescription) -> [String] {
    let named = Set(columns.map(\.name))
    return table.columns.filter { !$0.privileges.sequence && !named.contains($0.name) }.map { column in
      "column \(column.name): this role may not use the sequence of its default; grant USAGE on it"
    }
  }

  private static func fit(
    _ column: Column, _ stored: TableDescription.Column, _ repair: TableRepair
  ) -> Result<ColumnLayout, Misfit> {
    guard stored.generation == .none else {
      let dropping = stored.generation == .stored ? repair.droppingExpression(stored.name) : nil
      return .failure(Misfit(reason: "the table generates it", repair: dropping))
    }
    guard let scalar = stored.scalar else {
      let wayRound = repair.convertingLater(stored).map { "; \($0)" } ?? ""
      return .failure(Misfit(reason: "values of the table's type \(stored.typeName) cannot be loaded\(wayRound)"))
    }
    let fits =
      declared(column.type).map { $0.0 == scalar && $0.1 == stored.isArray }
      ?? (unqualified(stored.typeName) == unqualified(column.type.description))
    guard fits else {
      return .failure(
        Misfit(
          reason: "the pipeline says \(column.type), the table has \(stored.typeName)",
          repair: repair.converting(stored, to: column.type)))
    }
    return .success(
      ColumnLayout(
        name: column.name, scalar: scalar, isArray: stored.isArray, limit: stored.limit,
        labels: stored.enumLabels, typeName: stored.typeName, isLenient: column.isLenient, isTrimmed: column.isTrimmed,
        zone: column.zone, encoding: column.encoding, elementOID: stored.elementOID))
  }

  private static func declared(_ type: ColumnType) -> (ScalarType, Bool)? {
    switch type {
    case .scalar(let scalar): (scalar, false)
    case .array(let scalar): (scalar, true)
    case .named: nil
    }
  }

  /// `mood` for `mood`, `public.mood` and `"mood"`.
  private static func unqualified(_ name: String) -> String {
    let last = name.split(separator: ".").last.map(String.init) ?? name
    return last.replacing("\"", with: "")
  }
}
