internal import PipelineSpec
internal import Postgres
internal import Records

/// The commands that bring a table to the columns of a pipeline, ready to be run; nil where there is none that does.
struct TableRepair {
  let table: QualifiedTable

  func adding(_ column: Column) -> String? {
    statement(column.name) { (name) throws(PostgresError) in
      "ADD COLUMN \(name) \(try TargetTable.type(column.type, schema: table.schema.name))"
    }
  }

  /// - Parameter stored: the column as the table has it.
  func converting(_ stored: TableDescription.Column, to type: ColumnType) -> String? {
    statement(stored.name) { (name) throws(PostgresError) in
      let wanted = try TargetTable.type(type, schema: table.schema.name)
      return "ALTER COLUMN \(name) TYPE \(wanted) USING \(conversion(of: name, stored, to: type, wanted))"
    }
  }

  /// How values of a type that cannot be loaded get into the table: as text, which the server converts.
  func convertingLater(_ stored: TableDescription.Column) -> String? {
    let type = SQL(unsafe: stored.typeName)
    let before = statement(stored.name) { name in "ALTER COLUMN \(name) TYPE text USING \(name)::text" }
    let after = statement(stored.name) { name in "ALTER COLUMN \(name) TYPE \(type) USING \(name)::\(type)" }
    guard let before, let after else { return nil }
    return
      "say text (or jsonb) in the pipeline and in the table (\(before)) and convert it after the load (\(after)), or load "
      + "into another column from which the table generates this one (GENERATED ALWAYS AS (other::\(type.text)) STORED)"
  }

  func droppingNotNull(_ name: String) -> String? {
    statement(name) { name in "ALTER COLUMN \(name) DROP NOT NULL" }
  }

  func droppingExpression(_ name: String) -> String? {
    statement(name) { name in "ALTER COLUMN \(name) DROP EXPRESSION" }
  }

  func addingIndex(over key: [String]) -> String? {
    let columns = key.compactMap { try? Identifier($0) }
    guard columns.count == key.count else { return nil }
    return ("CREATE UNIQUE INDEX ON \(table) (\(columns))" as SQL).text
  }

  private func statement(_ column: String, _ change: (Identifier) throws(PostgresError) -> SQL) -> String? {
    guard let name = try? Identifier(column), let change = try? change(name) else { return nil }
    return ("ALTER TABLE \(table) \(change)" as SQL).text
  }

  private func conversion(
    of name: Identifier, _ stored: TableDescription.Column, to type: ColumnType, _ wanted: SQL
  ) -> SQL {
    switch type {
    case .scalar(.jsonb), .scalar(.json):
      return stored.scalar == .text && !stored.isArray ? "\(name)::\(wanted)" : "to_jsonb(\(name))::\(wanted)"
    case .array where !stored.isArray: return "ARRAY[\(name)]::\(wanted)"
    default: return "\(name)::\(wanted)"
    }
  }
}
