import Postgres

/// The questions that are asked after every try, whatever the fault was. They rely on nothing of the program under test
/// but its ledger's columns and, in one place, `backup verify`.
struct Oracle {
  let bench: Bench
  /// The run that finished.
  let run: String

  /// Questions about a try after which everything has to be there: the table, the ledger and the files.
  func complete(interruptions: Int) throws -> [Finding] {
    let connection = try bench.connect()
    defer { connection.close() }
    return try table(connection) + ledger(connection) + quiet() + repeated(interruptions, connection) + files()
  }

  // MARK: - The database

  /// O2: rows and source as multisets.
  func table(_ connection: Connection) throws -> [Finding] {
    let actual = try fingerprints(connection)
    let difference = Multiset(expected: bench.expected, actual: actual)
    if difference.isEqual { return [] }
    return [
      Finding(
        "O2",
        "\(difference.lost) rows lost, \(difference.doubled) doubled, \(difference.foreign) foreign; the table has "
          + "\(actual.count) of \(bench.expected.count)")
    ]
  }

  func fingerprints(_ connection: Connection) throws -> [UInt64] {
    var lines: [UInt64] = []
    try connection.copyOut("COPY (SELECT id, name, amount, flag, data FROM events) TO STDOUT") { line in
      lines.append(fingerprint(line))
    }
    return lines
  }

  /// O3: slices lie end to end over the whole source, and count its records.
  func ledger(_ connection: Connection) throws -> [Finding] {
    let rows = try connection.query(
      "SELECT byte_from, byte_to, read, loaded FROM sluice.slices WHERE run = $1 ORDER BY byte_from, byte_to",
      parameters: [run]
    ).rows.map { $0.map { $0.flatMap { Int($0) } ?? -1 } }
    var findings: [Finding] = []
    var end = 0
    for row in rows {
      if row[0] != end { findings.append(Finding("O3", "the ledger goes on at byte \(row[0]) after byte \(end)")) }
      end = row[1]
    }
    if end != bench.source.count {
      findings.append(Finding("O3", "the ledger ends at byte \(end) of \(bench.source.count)"))
    }
    let (read, loaded) = (rows.reduce(0) { $0 + $1[2] }, rows.reduce(0) { $0 + $1[3] })
    if read != bench.scenario.rows || loaded != bench.scenario.rows {
      findings.append(Finding("O3", "the ledger has \(read) read, \(loaded) loaded of \(bench.scenario.rows)"))
    }
    return findings
  }

  /// O6: no session, transaction or lock is left; a server may need a moment to notice that a client is gone.
  func quiet(patience: Duration = .seconds(10)) throws -> [Finding] {
    let admin = try bench.server.connect()
    defer { admin.close() }
    let deadline = ContinuousClock.now + patience
    var left = try ScratchServer.sessions(of: bench.database, on: admin)
    while !left.isEmpty && ContinuousClock.now < deadline {
      pause(.milliseconds(10))
      left = try ScratchServer.sessions(of: bench.database, on: admin)
    }
    var findings = left.isEmpty ? [] : [Finding("O6", "sessions are left: \(left)")]
    let locks = try admin.query(
      """
      SELECT count(*) FROM pg_locks l JOIN pg_database d ON d.oid = l.database
      WHERE l.locktype = 'advisory' AND d.datname = $1
      """, parameters: [bench.database])
    if locks.scalar != "0" { findings.append(Finding("O6", "\(locks.scalar ?? "?") advisory locks are left")) }
    let prepared = try admin.query("SELECT count(*) FROM pg_prepared_xacts").scalar
    if prepared != "0" { findings.append(Finding("O6", "a prepared transaction is left")) }
    return findings
  }

  /// O8: at most one slice a connection is loaded once more for each interruption. The server counts inserted rows, also
  /// those of transactions that were rolled back; after a crash it has forgotten.
  func repeated(_ interruptions: Int, _ connection: Connection) throws -> [Finding] {
    guard !bench.scenario.hasKey else { return [] }
    let inserted = try connection.query("SELECT n_tup_ins FROM pg_stat_user_tables WHERE relname = 'events'").scalar
    let slice = try connection.query("SELECT max(read) FROM sluice.slices WHERE run = $1", parameters: [run]).scalar
    guard let inserted = inserted.flatMap({ Int($0) }), let slice = slice.flatMap({ Int($0) }) else { return [] }
    let once = bench.scenario.before.count + bench.scenario.rows
    let most = once + interruptions * bench.scenario.jobs * slice
    if inserted <= most { return [] }
    return [
      Finding(
        "O8",
        "\(inserted - once) rows were loaded again in \(interruptions) interruptions; at most \(most - once) may be")
    ]
  }
}
