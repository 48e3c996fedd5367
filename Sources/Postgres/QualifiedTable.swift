/// A table with its schema.
public struct QualifiedTable: Sendable, Hashable, Codable {
  public var schema: Identifier
  public var table: Identifier

  public init(schema: Identifier, table: Identifier) {
    self.schema = schema
    self.table = table
  }

  public init(schema: String, table: String) throws(PostgresError) {
    self.init(schema: try Identifier(schema), table: try Identifier(table))
  }

  /// `"schema"."table"`
  public var quoted: String { "\(schema.quoted).\(table.quoted)" }
}

extension QualifiedTable: CustomStringConvertible {
  /// `schema.table`, for messages.
  public var description: String { "\(schema).\(table)" }
}
