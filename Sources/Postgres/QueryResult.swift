import CLibPQ

/// What a command answered: rows of text, whole in memory. For small answers; large ones come through COPY.
public struct QueryResult: Sendable, Hashable {
  public var columns: [String]
  /// A row's values in the order of `columns`; nil is NULL.
  public var rows: [[String?]]
  /// What was done: `INSERT 0 1`, `COMMIT`; empty for a command that says nothing.
  public var commandTag: String
  /// Rows inserted, changed, deleted or read, where the tag counts them.
  public var affectedRows: Int?

  /// The value in the first column of the first row.
  public var scalar: String? { rows.first?.first ?? nil }

  init() {
    columns = []
    rows = []
    commandTag = ""
    affectedRows = nil
  }

  init(_ result: OpaquePointer) {
    let width = PQnfields(result)
    columns = (0..<width).map { PQfname(result, $0).map { String(cString: $0) } ?? "" }
    rows = (0..<PQntuples(result)).map { row in
      (0..<width).map { column -> String? in
        guard PQgetisnull(result, row, column) == 0, let start = PQgetvalue(result, row, column) else { return nil }
        let bytes = UnsafeRawBufferPointer(start: start, count: Int(PQgetlength(result, row, column)))
        return String(decoding: bytes, as: UTF8.self)
      }
    }
    commandTag = PQcmdStatus(result).map { String(cString: $0) } ?? ""
    affectedRows = PQcmdTuples(result).flatMap { Int(String(cString: $0)) }
  }
}
