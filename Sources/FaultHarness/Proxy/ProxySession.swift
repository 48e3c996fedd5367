import Platform

/// A client's session with the server: what either says goes on to the other, message by message, as the plan allows.
final class ProxySession {
  private enum Phase {
    case passing
    /// COMMIT is on its way; the client hears nothing any more.
    case awaitingOutcome
    /// The client is gone; the server does not know until then.
    case orphaned(until: ContinuousClock.Instant)
    case over
  }

  private var client: Int32
  private var server: Int32
  private let state: ProxyState
  private var phase = Phase.passing
  private var fromClient = MessageFramer.client
  private var fromServer = MessageFramer.server
  private var toServer: [UInt8] = []
  private var toClient: [UInt8] = []
  /// After the rest is written, the session ends.
  private var isEnding = false

  init(client: Int32, server: Int32, state: ProxyState) {
    self.client = client
    self.server = server
    self.state = state
  }

  var isOver: Bool { if case .over = phase { true } else { false } }

  /// What to wait for, client first. Who is behind with reading is not read from either.
  var interests: [pollfd] {
    let limit = 256 << 10
    let isAttached = client >= 0
    return [
      interest(client, reads: isAttached && !isEnding && toServer.count < limit, writes: !toClient.isEmpty),
      interest(server, reads: !isEnding && toClient.count < limit, writes: !toServer.isEmpty),
    ]
  }

  private func interest(_ descriptor: Int32, reads: Bool, writes: Bool) -> pollfd {
    pollfd(fd: descriptor, events: Int16((reads ? POLLIN : 0) | (writes ? POLLOUT : 0)), revents: 0)
  }

  func move(client clientEvents: Int16, server serverEvents: Int16) {
    if case .orphaned(let deadline) = phase, ContinuousClock.now >= deadline { return end() }
    if clientEvents & Int16(POLLIN | POLLHUP | POLLERR) != 0, !isEnding { readClient() }
    if serverEvents & Int16(POLLIN | POLLHUP | POLLERR) != 0, !isEnding, !isOver { readServer() }
    if !isOver { write() }
  }

  func end() {
    if client >= 0 { Glibc.close(client) }
    if server >= 0 { Glibc.close(server) }
    (client, server) = (-1, -1)
    phase = .over
  }

  // MARK: - Client to server

  private func readClient() {
    guard let bytes = read(client) else { return hangUp() }
    fromClient.append(bytes)
    while !isOver, !isEnding, client >= 0, let message = fromClient.next() { pass(message) }
  }

  /// A client that leaves while its COMMIT is awaited changes nothing about the outcome.
  private func hangUp() {
    guard case .awaitingOutcome = phase else { return end() }
    Glibc.close(client)
    client = -1
  }

  private func pass(_ message: MessageFramer.Message) {
    if message.isEncryptionRequest { fromServer.expectSingleByte() }
    if message.isCommit, let fault = state.nextCommit() {
      switch fault {
      case .answerLost: phase = .awaitingOutcome
      case .requestLost:
        state.count { $0.notDone += 1 }
        Socket.reset(client)
        client = -1
        return end()
      case .orphaned(let time):
        state.count { $0.notDone += 1 }
        Socket.reset(client)
        client = -1
        phase = .orphaned(until: .now + time)
        return
      }
    }
    if let allowed = state.allowance(.toServer, message.bytes.count) {
      toServer += message.bytes.prefix(allowed)
      isEnding = true
    } else {
      toServer += message.bytes
    }
  }

  // MARK: - Server to client

  private func readServer() {
    guard let bytes = read(server) else {
      if case .awaitingOutcome = phase { state.count { $0.refused += 1 } }
      // Its last words are still to be heard.
      isEnding = true
      return
    }
    fromServer.append(bytes)
    while !isOver, !isEnding, let message = fromServer.next() { hear(message) }
  }

  private func hear(_ message: MessageFramer.Message) {
    switch phase {
    case .awaitingOutcome:
      guard message.isError || message.commandTag != nil else { return }
      let isDone = message.commandTag == "COMMIT"
      state.count { if isDone { $0.done += 1 } else { $0.refused += 1 } }
      if client >= 0 { Socket.reset(client) }
      client = -1
      end()
    case .orphaned, .over: return
    case .passing:
      if let allowed = state.allowance(.toClient, message.bytes.count) {
        toClient += message.bytes.prefix(allowed)
        isEnding = true
      } else {
        toClient += message.bytes
      }
    }
  }

  // MARK: - Sockets

  /// - Returns: what there is, which may be nothing; nil at the end.
  private func read(_ descriptor: Int32) -> ArraySlice<UInt8>? {
    var piece = [UInt8](repeating: 0, count: 64 << 10)
    let count = recv(descriptor, &piece, piece.count, 0)
    if count > 0 { return piece[..<count] }
    return count < 0 && (errno == EAGAIN || errno == EINTR) ? [] : nil
  }

  private func write() {
    guard send(&toServer, to: server), client < 0 || send(&toClient, to: client) else { return end() }
    if isEnding && toServer.isEmpty && (toClient.isEmpty || client < 0) { end() }
  }

  /// - Returns: false when nobody takes it any more.
  private func send(_ bytes: inout [UInt8], to descriptor: Int32) -> Bool {
    while !bytes.isEmpty {
      let count = Glibc.send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL))
      if count < 0 { return errno == EAGAIN || errno == EINTR }
      bytes.removeFirst(count)
    }
    return true
  }
}
