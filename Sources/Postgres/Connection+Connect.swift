import CLibPQ
import Platform
import Records

extension Connection {
  /// Takes the connection that was started to the point where it takes commands.
  func connect(_ settings: ConnectionSettings) throws(PostgresError) {
    let handle = try live()
    // The only way to see an SQLSTATE while connecting: libpq keeps it in the text.
    PQsetErrorVerbosity(handle, PQERRORS_VERBOSE)
    let seconds = settings.effective["connect_timeout"].flatMap(Int.init) ?? 10
    let deadline = seconds > 0 ? ContinuousClock.now + .seconds(seconds) : nil
    var stage = PQstatus(handle)
    if stage == CONNECTION_BAD, isRefusedUnheard(settings) {
      throw ConnectionSettings.refusal(String(cString: PQerrorMessage(handle)), place: place)
    }
    var next = PGRES_POLLING_WRITING
    while stage != CONNECTION_BAD && next != PGRES_POLLING_OK {
      if next == PGRES_POLLING_FAILED { break }
      stage = PQstatus(handle)
      let ready = try wait(for: next == PGRES_POLLING_READING ? POLLIN : POLLOUT, until: deadline)
      if ready == 0 { throw PostgresError(.unreachable, "no answer within \(seconds) s", place: place) }
      next = PQconnectPoll(handle)
    }
    guard next == PGRES_POLLING_OK else { throw connectFailure(at: stage) }
    try learnFromSession()
    PQsetErrorVerbosity(handle, PQERRORS_DEFAULT)
    guard PQsetnonblocking(handle, 1) == 0 else { throw lost() }
  }

  /// Whether libpq takes these settings for wrong before it speaks to anybody: a ping is the one call that tells.
  private func isRefusedUnheard(_ settings: ConnectionSettings) -> Bool {
    Connection.withKeywords(settings.effective) { PQpingParams($0, $1, 0) } == PQPING_NO_ATTEMPT
  }

  private func connectFailure(at stage: ConnStatusType) -> PostgresError {
    guard let handle = try? live() else { return lost() }
    if let password = PQpass(handle) { notices.redaction.add(String(cString: password)) }
    let text = notices.redaction(String(cString: PQerrorMessage(handle)))
    if let (state, message) = Connection.serverMessage(in: text) {
      var kind = PostgresError.Kind(sqlState: state)
      // A role that may not connect is a matter of access, not of a table.
      if kind == .schema || kind == .rowRefused { kind = .authentication }
      return PostgresError(kind, "\(message) (SQLSTATE \(state))", sqlState: state, place: place)
    }
    let kind: PostgresError.Kind =
      if PQconnectionNeedsPassword(handle) != 0 {
        .authentication
      } else if stage == CONNECTION_SSL_STARTUP, PQsocket(handle) >= 0 {
        // Without a socket the other side was gone before anything was said about encryption.
        .encryption
      } else {
        .unreachable
      }
    return PostgresError(kind, PostgresError.oneLine(text), place: place)
  }

  /// Finds `FATAL:  28P01: message` in libpq's verbose text, whatever the language of the first word.
  static func serverMessage(in text: String) -> (state: String, message: String)? {
    for line in text.split(separator: "\n") {
      let parts = line.utf8.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
      for (index, part) in parts.enumerated() where index > 0 && index + 1 < parts.count && part.count == 7 {
        let state = part.dropFirst(2)
        let isState = state.allSatisfy { (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) }
        guard part.prefix(2).elementsEqual("  ".utf8), isState else { continue }
        let message = line.utf8[state.endIndex...].dropFirst(2)
        return (String(Substring(state)), PostgresError.oneLine(String(Substring(message))))
      }
    }
    return nil
  }
}
