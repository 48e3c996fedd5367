internal import Synchronization

/// A server that is away or busy, as all connections of a run meet it: it is told once, by the first of them.
public final class Outage: Sendable {
  public let notice: @Sendable (String) -> Void
  private let waiting = Mutex(0)

  public init(notice: @escaping @Sendable (String) -> Void) { self.notice = notice }

  /// A connection begins to wait.
  public func enter(_ reason: @autoclosure () -> String) {
    let isFirst = waiting.withLock { waiting in
      defer { waiting += 1 }
      return waiting == 0
    }
    if isFirst { notice(reason()) }
  }

  /// It is through, or has given up.
  public func leave() { waiting.withLock { $0 -= 1 } }
}
