import Synchronization

/// A number that several tasks change.
final class Counter: Sendable {
  private let count = Mutex(0)

  func add(_ amount: Int) { count.withLock { $0 += amount } }
  var value: Int { count.withLock { $0 } }
}

/// What several tasks did, in order.
final class Log: Sendable {
  private let entries = Mutex<[String]>([])

  func add(_ line: String) { entries.withLock { $0.append(line) } }
  var lines: [String] { entries.withLock { $0 } }
}
