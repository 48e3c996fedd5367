import Platform
import Synchronization

/// A TCP proxy on loopback that understands the messages of PostgreSQL, and harms them as planned. It runs on a thread of
/// its own.
final class Proxy: Sendable {
  /// Where clients connect to.
  let port: Int
  private let shared: ProxyState
  private let thread: BackgroundThread

  /// - Parameter server: the port of the server on 127.0.0.1.
  init(to server: Int) throws {
    let (listener, port) = try Socket.listening()
    self.port = port
    shared = ProxyState()
    let state = shared
    thread = try BackgroundThread { stopping in
      var loop = ProxyLoop(listener: listener, server: server, state: state)
      while !stopping.isSet { loop.turn() }
      loop.close()
    }
  }

  /// From now on; what was counted is forgotten.
  func follow(_ plan: ProxyPlan) { shared.follow(plan) }

  var counts: ProxyCounts { shared.counts }

  /// Ends all sessions.
  func close() { thread.stop() }
}

/// What the proxy's thread and that of the case both see.
final class ProxyState: Sendable {
  private let value = Mutex((plan: ProxyPlan.pass, counts: ProxyCounts()))

  func follow(_ plan: ProxyPlan) { value.withLock { $0 = (plan, ProxyCounts()) } }

  var counts: ProxyCounts { value.withLock { $0.counts } }

  func count(_ change: (inout ProxyCounts) -> Void) { value.withLock { change(&$0.counts) } }

  /// The fault of the next COMMIT, which is counted.
  func nextCommit() -> CommitFault? {
    value.withLock { value in
      defer { value.counts.commits += 1 }
      guard case .commits(let fault) = value.plan else { return nil }
      return fault(value.counts.commits)
    }
  }

  /// How many of `count` bytes go on before the session is cut; nil: all, and no cut. They are counted.
  func allowance(_ direction: ProxyPlan.Direction, _ count: Int) -> Int? {
    value.withLock { value in
      let path = direction == .toServer ? \ProxyCounts.bytesToServer : \ProxyCounts.bytesToClient
      let before = value.counts[keyPath: path]
      value.counts[keyPath: path] += count
      guard case .cut(direction, let after, let repeats) = value.plan else { return nil }
      let place = repeats ? after * (before / after + 1) : after
      guard before < place, before + count >= place else { return nil }
      if !repeats && value.counts.cuts > 0 { return nil }
      value.counts.cuts += 1
      value.counts[keyPath: path] = place
      return place - before
    }
  }
}
