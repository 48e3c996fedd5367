import CLibPQ
public import Logging
import Platform

/// A session with a server, through libpq.
///
/// Every call blocks its thread until the server has answered, so a connection belongs to one task on a thread of its
/// own. All waiting also watches the `Cancellation`: once that is cancelled, what runs on the server is cancelled too and
/// every call throws `.cancelled`, except `rollback` and `close`. (Looking up a host's name is the one wait that libpq
/// does not let go of.)
///
/// An error leaves the connection usable, with its transaction failed, unless `isOpen` says otherwise.
public final class Connection {
  private var handle: OpaquePointer?
  let cancellation: Cancellation
  let notices: NoticeLog
  private(set) var redaction: Redaction
  /// `user@host:5432/database`, for messages.
  public private(set) var place: String
  /// What the server was asked to do last.
  var command: SQL = ""
  /// Set while the server expects COPY data.
  var isCopyingIn = false
  var copy = CopyInState()
  /// How long the session may last, and when that is over; nil: as long as it takes.
  private let limit: (length: Duration, end: ContinuousClock.Instant)?
  /// For a few words with a server that may not answer: stopped in the middle of a command, it is closed at once.
  var isBrief: Bool { limit != nil }
  private let polled = UnsafeMutablePointer<pollfd>.allocate(capacity: 2)

  /// Connects, and waits until the server is ready for commands.
  /// - Parameters:
  ///   - limit: how long the session may last: then it is closed, and every call throws `.unreachable`.
  ///   - logger: gets the server's notices, at debug level.
  /// - Throws: `.unreachable` after `connect_timeout` seconds altogether, `.authentication`, `.encryption`, `.noDatabase`,
  ///   `.tooManyConnections`, `.shuttingDown`, `.cancelled`. No message holds a password.
  public static func open(
    _ settings: ConnectionSettings, cancellation: Cancellation, within limit: Duration? = nil,
    logger: Logger = Logger(label: "sluice.postgres")
  ) throws(PostgresError) -> Connection {
    let connection = Connection(settings, cancellation: cancellation, within: limit, logger: logger)
    try connection.connect(settings)
    return connection
  }

  private init(
    _ settings: ConnectionSettings, cancellation: Cancellation, within limit: Duration?, logger: Logger
  ) {
    self.cancellation = cancellation
    self.limit = limit.map { ($0, .now + $0) }
    redaction = settings.redaction
    place = settings.description
    notices = NoticeLog(logger: logger, redaction: redaction)
    handle = Connection.start(settings.effective)
    polled.initialize(repeating: pollfd(), count: 2)
    if let handle { notices.attach(to: handle) }
  }

  deinit {
    close()
    polled.deallocate()
  }

  /// Ends the session; a transaction that is open is rolled back by the server. May be called again.
  public func close() {
    if let handle { PQfinish(handle) }
    handle = nil
    isCopyingIn = false
  }

  /// Whether commands can still be given.
  public var isOpen: Bool {
    guard let handle else { return false }
    return PQstatus(handle) == CONNECTION_OK
  }

  /// `150018` for 15.18; 0 when closed.
  public var serverVersion: Int { handle.map { Int(PQserverVersion($0)) } ?? 0 }

  public var backendPID: Int32 { handle.map { PQbackendPID($0) } ?? 0 }

  public var isEncrypted: Bool { handle.map { PQsslInUse($0) != 0 } ?? false }

  public enum TransactionStatus: Sendable {
    case idle, active, inTransaction, failed, unknown
  }

  public var transactionStatus: TransactionStatus {
    guard let handle else { return .unknown }
    return switch PQtransactionStatus(handle) {
    case PQTRANS_IDLE: .idle
    case PQTRANS_ACTIVE: .active
    case PQTRANS_INTRANS: .inTransaction
    case PQTRANS_INERROR: .failed
    default: .unknown
    }
  }

  /// A parameter that the server reports by itself: `server_encoding`, `TimeZone`, `standard_conforming_strings` …
  public func parameter(_ name: String) -> String? {
    guard let handle, let value = PQparameterStatus(handle, name) else { return nil }
    return String(cString: value)
  }

  /// libpq's object, while the session lasts.
  func live() throws(PostgresError) -> OpaquePointer {
    guard let handle else {
      try closeWhenTimeIsUp()
      throw PostgresError(.connectionLost, "the connection is closed", place: place)
    }
    return handle
  }

  /// What libpq last complained of, as the end of this connection.
  func lost(_ fallback: String = "the connection to the server broke") -> PostgresError {
    let text = handle.flatMap { PQerrorMessage($0) }.map { redaction(PostgresError.oneLine(String(cString: $0))) } ?? ""
    return PostgresError(.connectionLost, text.isEmpty ? fallback : text, place: place)
  }

  /// Once connected: the password may have come from a file, the host from a variable.
  func learnFromSession() throws(PostgresError) {
    let handle = try live()
    if let password = PQpass(handle) { redaction.add(String(cString: password)) }
    notices.redaction = redaction
    let parts = [PQuser(handle), PQhost(handle), PQport(handle), PQdb(handle)].map {
      $0.map { String(cString: $0) } ?? ""
    }
    place = redaction("\(parts[0])@\(parts[1]):\(parts[2])/\(parts[3])")
  }

  private static func start(_ values: [String: String]) -> OpaquePointer? {
    withKeywords(values) { PQconnectStartParams($0, $1, 0) }
  }

  /// libpq's way of taking settings: two lists, each closed by nil.
  static func withKeywords<T>(
    _ values: [String: String], _ body: ([UnsafePointer<CChar>?], [UnsafePointer<CChar>?]) -> T
  ) -> T {
    let strings = values.map { (strdup($0.key), strdup($0.value)) }
    defer {
      for (keyword, value) in strings {
        free(keyword)
        free(value)
      }
    }
    return body(
      strings.map { UnsafePointer<CChar>($0.0) } + [nil], strings.map { UnsafePointer<CChar>($0.1) } + [nil])
  }

  /// Waits until the socket can do one of `events`, the deadline has passed, or we are cancelled.
  /// - Returns: what it can do; 0 after the deadline.
  /// - Throws: `.cancelled`, unless `heedingCancellation` is false; `.connectionLost` when there is no socket.
  func wait(
    for events: Int32, until deadline: ContinuousClock.Instant? = nil, heedingCancellation: Bool = true
  ) throws(PostgresError) -> Int32 {
    while true {
      if heedingCancellation && cancellation.isCancelled { throw cancelled() }
      try closeWhenTimeIsUp()
      let socket = PQsocket(try live())
      guard socket >= 0 else { throw lost() }
      polled[0] = pollfd(fd: socket, events: Int16(events), revents: 0)
      let watched = heedingCancellation ? cancellation.readEnd : -1
      polled[1] = pollfd(fd: watched, events: Int16(POLLIN), revents: 0)
      // Without a pipe to wake us, look at the flag now and then.
      let interval: Int32 = heedingCancellation && watched < 0 ? 250 : Int32.max
      let left = earliest(deadline).map { Connection.milliseconds(until: $0) }
      let timeout = min(left ?? Int32.max, interval)
      let status = poll(polled, 2, timeout == Int32.max ? -1 : timeout)
      if status < 0 && errno != EINTR {
        throw PostgresError(.connectionLost, "cannot wait: \(Errno.last)", place: place)
      }
      if status > 0 && polled[0].revents != 0 { return Int32(polled[0].revents) }
      if status == 0, let left, left <= interval {
        try closeWhenTimeIsUp()
        return 0
      }
    }
  }

  private func earliest(_ deadline: ContinuousClock.Instant?) -> ContinuousClock.Instant? {
    guard let limit else { return deadline }
    return min(limit.end, deadline ?? limit.end)
  }

  private func closeWhenTimeIsUp() throws(PostgresError) {
    guard let limit, .now >= limit.end else { return }
    close()
    throw PostgresError(.unreachable, "no answer within \(limit.length)", place: place)
  }

  func cancelled() -> PostgresError {
    PostgresError(.cancelled, "stopped before the server had finished", place: place)
  }

  /// Rounded up, so that nobody wakes too early and spins.
  private static func milliseconds(until deadline: ContinuousClock.Instant) -> Int32 {
    let left = (deadline - .now).components
    guard left.seconds >= 0, left.attoseconds >= 0 else { return 0 }
    let milliseconds = left.seconds.multipliedReportingOverflow(by: 1000)
    if milliseconds.overflow || milliseconds.partialValue >= Int64(Int32.max) - 1000 { return Int32.max - 1 }
    return Int32(milliseconds.partialValue + left.attoseconds / 1_000_000_000_000_000 + 1)
  }
}
