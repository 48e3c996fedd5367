extension PostgresError {
  /// The function of the database in which an error arose, and the line: `PL/pgSQL function audit() line 3 at SQL
  /// statement`. Of a CONTEXT only its first line is looked at: others may quote rows.
  static func function(in context: String?) -> String? {
    guard let line = context?.split(whereSeparator: \.isNewline).first else { return nil }
    guard line.hasPrefix("PL/pgSQL function ") || line.hasPrefix("SQL function ") else { return nil }
    return oneLine(String(line))
  }
}
