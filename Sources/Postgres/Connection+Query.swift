import CLibPQ
import Platform

extension Connection {
  /// Runs one command; `parameters` are the values of `$1`, `$2` … in text form, nil for NULL.
  /// - Throws: `.misuse` for a COPY, which has calls of its own, and for text with more than one command.
  @discardableResult
  public func query(_ sql: SQL, parameters: [String?] = []) throws(PostgresError) -> QueryResult {
    try whole { () throws(PostgresError) -> QueryResult in
      try send(sql, parameters: parameters)
      return try collect()
    }
  }

  /// Runs one command and forgets what it answers, except for how many rows it touched.
  @discardableResult
  public func execute(_ sql: SQL, parameters: [String?] = []) throws(PostgresError) -> Int {
    try query(sql, parameters: parameters).affectedRows ?? 0
  }

  /// Runs all commands of a text, as psql -c does: in one transaction, unless the text has its own.
  /// - Throws: the first error; what follows it is not run.
  public func executeScript(_ sql: SQL) throws(PostgresError) {
    try whole { () throws(PostgresError) in
      command = sql
      let text = try Connection.checked(sql, place: place)
      guard PQsendQuery(try live(), text) == 1 else { throw lost() }
      _ = try collect()
    }
  }

  /// Runs `body`; whatever it throws, the connection is brought back to where it takes commands, or closed.
  func whole<T>(_ body: () throws(PostgresError) -> T) throws(PostgresError) -> T {
    if cancellation.isCancelled { throw cancelled() }
    do {
      return try body()
    } catch {
      abandon()
      throw error
    }
  }

  /// Sends one command; its results are still to be taken.
  func send(_ sql: SQL, parameters: [String?] = []) throws(PostgresError) {
    let handle = try live()
    command = sql
    let text = try Connection.checked(sql, place: place)
    for case let value? in parameters where value.utf8.contains(0) {
      throw PostgresError(.misuse, "a parameter holds a NUL character", place: place)
    }
    let strings = parameters.map { $0.flatMap { strdup($0) } }
    defer { for string in strings { free(string) } }
    let values = strings.map { UnsafePointer<CChar>($0) }
    guard PQsendQueryParams(handle, text, Int32(values.count), nil, values, nil, nil, 0) == 1 else { throw lost() }
  }

  /// Takes all results of what was sent.
  /// - Throws: the first error among them, when all were taken.
  func collect(
    table: Identifier? = nil, until deadline: ContinuousClock.Instant? = nil, heedingCancellation: Bool = true
  ) throws(PostgresError) -> QueryResult {
    var last = QueryResult()
    var failure: PostgresError?
    while let result = try nextResult(until: deadline, heedingCancellation: heedingCancellation) {
      defer { PQclear(result) }
      switch PQresultStatus(result) {
      case PGRES_COMMAND_OK, PGRES_TUPLES_OK, PGRES_EMPTY_QUERY:
        last = QueryResult(result)
      case PGRES_COPY_IN, PGRES_COPY_OUT, PGRES_COPY_BOTH:
        isCopyingIn = PQresultStatus(result) == PGRES_COPY_IN
        throw failure ?? PostgresError(.misuse, "a COPY was given where a query is expected", place: place)
      default:
        failure = failure ?? .server(result, place: place, command: command, table: table, redaction: redaction)
      }
    }
    if let failure { throw failure }
    return last
  }

  /// The next result of what was sent, to be cleared by the caller; nil when there are no more.
  func nextResult(
    until deadline: ContinuousClock.Instant? = nil, heedingCancellation: Bool = true
  ) throws(PostgresError) -> OpaquePointer? {
    let handle = try live()
    while true {
      let unsent = PQflush(handle) == 1
      if PQisBusy(handle) == 0 { break }
      let ready = try wait(
        for: unsent ? POLLIN | POLLOUT : POLLIN, until: deadline, heedingCancellation: heedingCancellation)
      if ready == 0 { throw PostgresError(.connectionLost, "the server does not answer", place: place) }
      // A broken connection still gives out the server's last words as a result.
      if ready & ~POLLOUT != 0, PQconsumeInput(handle) == 0, PQstatus(handle) == CONNECTION_OK { throw lost() }
      if PQstatus(handle) != CONNECTION_OK { break }
    }
    return PQgetResult(handle)
  }

  private static func checked(_ sql: SQL, place: String) throws(PostgresError) -> String {
    // libpq would send what stands before it, and call that the command.
    if sql.text.utf8.contains(0) { throw PostgresError(.misuse, "a command holds a NUL character", place: place) }
    return sql.text
  }
}
