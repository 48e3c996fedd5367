internal import Records
internal import Synchronization

/// The records of a pass that are set aside as their key is an earlier one's.
final class RepeatedKeys: Sendable {
  private let found = Mutex<[Int64]>([])

  var ordinals: [Int64] { found.withLock { $0 } }

  func add(_ rejections: [Rejection]) {
    let repeated = rejections.filter(\.repeatsKey).map(\.position.ordinal)
    found.withLock { $0 += repeated }
  }
}
