extension Connection {
  /// What the catalogue says about a table, or a view; nil when there is none of that name.
  public func describe(_ table: QualifiedTable) throws(PostgresError) -> TableDescription? {
    let facts = try query(Catalogue.relation, parameters: [table.schema.name, table.table.name])
    guard let row = facts.rows.first else { return nil }
    let cells = Cells(row)
    let oid = cells.text(0)
    let rows = cells.integer(6)
    let descendants = try query(Catalogue.descendants, parameters: [oid]).rows.map(Cells.init)
    return TableDescription(
      table: table, oid: cells.oid(0), kind: TableDescription.Kind(rawValue: cells.text(1)) ?? .table,
      isUnlogged: cells.text(2) == "u", isTemporary: cells.text(2) == "t", hasRowSecurity: cells.flag(3),
      owner: cells.text(4), columns: try columns(of: oid), indexes: try indexes(of: oid),
      triggers: try triggers(of: oid),
      rules: try query(Catalogue.rules, parameters: [oid]).rows.compactMap { $0[0] },
      referencedBy: try query(Catalogue.referencedBy, parameters: [oid]).rows.compactMap { $0[0] },
      privileges: TableDescription.Privileges(
        select: cells.flag(7), insert: cells.flag(8), update: cells.flag(9), delete: cells.flag(10),
        truncate: cells.flag(11), lock: cells.flag(12), schema: cells.flag(13), xmin: cells.flag(14)),
      blocks: cells.integer(5), estimatedRows: rows < 0 ? nil : rows,
      foreignParts: descendants.filter { $0.flag(1) }.map { $0.text(0) },
      children: cells.text(1) == "p" ? [] : descendants.map { $0.text(0) }, unidentified: try unidentified(of: oid))
  }

  private func unidentified(of oid: String) throws(PostgresError) -> [TableDescription.Unidentified] {
    try query(Catalogue.unidentified(hasSchemas: serverVersion >= 150_000), parameters: [oid]).rows.map { row in
      let cells = Cells(row)
      return TableDescription.Unidentified(
        table: cells.text(0), publication: cells.text(1), onUpdate: cells.flag(2), onDelete: cells.flag(3))
    }
  }

  private func columns(of oid: String) throws(PostgresError) -> [TableDescription.Column] {
    let labels = try enumLabels(of: oid)
    return try query(Catalogue.columns, parameters: [oid]).rows.map { row in
      let cells = Cells(row)
      let base = cells.oid(4)
      let modifier = Int32(truncatingIfNeeded: cells.integer(6))
      let isEnum = cells.text(7) == "e"
      let element = cells.oid(8)
      let scalar = TypeCatalogue.scalar(oid: base, name: cells.text(5), isEnum: isEnum, modifier: modifier)
      return TableDescription.Column(
        name: cells.text(0), number: cells.integer(1), typeOID: cells.oid(2), typeName: cells.text(3),
        scalar: scalar, isArray: element != 0, elementOID: element,
        limit: TypeCatalogue.limit(scalar, modifier: modifier),
        isDomain: cells.flag(9), enumLabels: isEnum ? labels[base] ?? [] : nil, isNotNull: cells.flag(10),
        hasDefault: cells.flag(11), generation: generation(cells.text(12)), identity: identity(cells.text(13)),
        privileges: TableDescription.Column.Privileges(
          select: cells.flag(14), insert: cells.flag(15), update: cells.flag(16), sequence: cells.flag(17)))
    }
  }

  private func generation(_ code: String) -> TableDescription.Column.Generation {
    switch code {
    case "s": .stored
    case "v": .virtual
    default: .none
    }
  }

  private func identity(_ code: String) -> TableDescription.Column.Identity {
    switch code {
    case "a": .always
    case "d": .byDefault
    default: .none
    }
  }

  private func enumLabels(of oid: String) throws(PostgresError) -> [UInt32: [String]] {
    var labels: [UInt32: [String]] = [:]
    for row in try query(Catalogue.enumLabels, parameters: [oid]).rows {
      let cells = Cells(row)
      labels[cells.oid(0), default: []].append(cells.text(1))
    }
    return labels
  }

  private func indexes(of oid: String) throws(PostgresError) -> [TableDescription.Index] {
    var indexes: [TableDescription.Index] = []
    for row in try query(Catalogue.indexes, parameters: [oid]).rows {
      let cells = Cells(row)
      // A row for each column of each index
      if indexes.last?.name != cells.text(0) {
        indexes.append(
          TableDescription.Index(
            name: cells.text(0), columns: [], isPrimary: cells.flag(2), isUnique: cells.flag(3),
            isPartial: cells.flag(4), isValid: cells.flag(5), definition: cells.text(6)))
      }
      indexes[indexes.count - 1].columns.append(row[1])
    }
    return indexes
  }

  private func triggers(of oid: String) throws(PostgresError) -> [TableDescription.Trigger] {
    try query(Catalogue.triggers, parameters: [oid]).rows.map { row in
      let cells = Cells(row)
      let bits = cells.integer(1)
      return TableDescription.Trigger(
        name: cells.text(0), onInsert: bits & 4 != 0, onUpdate: bits & 16 != 0, onDelete: bits & 8 != 0,
        onTruncate: bits & 32 != 0, isBefore: bits & 2 != 0, isForEachRow: bits & 1 != 0)
    }
  }
}

/// The values of one row of a catalogue query.
struct Cells {
  private let row: [String?]

  init(_ row: [String?]) { self.row = row }

  func text(_ place: Int) -> String { row[place] ?? "" }
  func flag(_ place: Int) -> Bool { row[place] == "t" }
  func integer(_ place: Int) -> Int { row[place].flatMap { Int($0) } ?? 0 }
  func oid(_ place: Int) -> UInt32 { row[place].flatMap { UInt32($0) } ?? 0 }
}
