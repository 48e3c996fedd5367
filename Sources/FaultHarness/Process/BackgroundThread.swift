import Platform
import Synchronization

/// A thread beside the one that runs a case: for the proxy, and for what disturbs the server meanwhile.
final class BackgroundThread: Sendable {
  private let stopping: StopFlag
  private let thread: pthread_t

  /// - Parameter body: ends soon after `isSet`.
  init(_ body: @escaping @Sendable (StopFlag) -> Void) throws {
    let flag = StopFlag()
    stopping = flag
    let work = Unmanaged.passRetained(Work { body(flag) })
    var thread = pthread_t()
    let status = pthread_create(
      &thread, nil,
      { argument in
        guard let argument else { return nil }
        Unmanaged<Work>.fromOpaque(argument).takeRetainedValue().run()
        return nil
      }, work.toOpaque())
    guard status == 0 else {
      work.release()
      throw HarnessError("cannot start a thread: \(Errno(rawValue: status))")
    }
    self.thread = thread
  }

  /// Tells it to end, and waits until it has. To be called once.
  func stop() {
    stopping.set()
    pthread_join(thread, nil)
  }

  private final class Work: Sendable {
    let run: @Sendable () -> Void
    init(_ run: @escaping @Sendable () -> Void) { self.run = run }
  }
}

final class StopFlag: Sendable {
  private let value = Atomic<Bool>(false)
  var isSet: Bool { value.load(ordering: .acquiring) }
  func set() { value.store(true, ordering: .releasing) }
}
