internal import Synchronization

/// How many loaders of a dataset have a connection: where the server has none left, one is enough.
final class LoaderCrew: Sendable {
  private let count = Atomic<Int>(0)

  func join() { count.wrappingAdd(1, ordering: .relaxed) }

  var isManned: Bool { count.load(ordering: .relaxed) > 0 }
}
