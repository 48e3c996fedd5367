import Platform

/// The proxy's thread: waits for sockets, and moves what they have.
struct ProxyLoop {
  let listener: Int32
  let server: Int
  let state: ProxyState
  private var sessions: [ProxySession] = []

  init(listener: Int32, server: Int, state: ProxyState) {
    self.listener = listener
    self.server = server
    self.state = state
  }

  /// Waits for at most 20 ms, and does what there is to do.
  mutating func turn() {
    var polled = [pollfd(fd: listener, events: Int16(POLLIN), revents: 0)]
    for session in sessions { polled += session.interests }
    guard poll(&polled, nfds_t(polled.count), 20) >= 0 else { return }
    for (index, session) in sessions.enumerated() {
      session.move(client: polled[1 + 2 * index].revents, server: polled[2 + 2 * index].revents)
    }
    sessions.removeAll { $0.isOver }
    if polled[0].revents != 0 { accept() }
  }

  func close() {
    for session in sessions { session.end() }
    Glibc.close(listener)
  }

  private mutating func accept() {
    let client = Glibc.accept(listener, nil, nil)
    guard client >= 0 else { return }
    _ = fcntl(client, F_SETFD, FD_CLOEXEC)
    Socket.unblock(client)
    guard let upstream = Socket.connected(to: server) else { return Socket.reset(client) }
    state.count { $0.sessions += 1 }
    sessions.append(ProxySession(client: client, server: upstream, state: state))
  }
}
