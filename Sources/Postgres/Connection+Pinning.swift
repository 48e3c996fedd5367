extension Connection {
  /// Fixes how this session prints values, whatever role, database or user have set: dates as ISO, instants in UTC,
  /// floats by their shortest exact digits, bytes in hexadecimal, intervals as ISO 8601, names with their schema
  /// and in quotes only where they need them.
  ///
  /// Messages come in English where we may ask for that; nothing of ours reads them.
  public func pinOutput() throws(PostgresError) {
    let settings = [
      ("DateStyle", "ISO, YMD"), ("TimeZone", "UTC"), ("extra_float_digits", "1"), ("bytea_output", "hex"),
      ("IntervalStyle", "iso_8601"), ("search_path", "pg_catalog"), ("quote_all_identifiers", "off"),
      // The ledger's policy lets every row be read; under `off` the server would refuse to.
      ("row_security", "on"),
    ]
    for (name, value) in settings {
      try query("SELECT pg_catalog.set_config($1, $2, false)", parameters: [name, value])
    }
    // For superusers, and others where a grant says so; in a transaction its failure would end that.
    if transactionStatus == .idle { _ = try? query("SELECT pg_catalog.set_config('lc_messages', 'C', false)") }
  }
}
