import Platform
import Synchronization

/// Stops everything that waits for a server, from any thread and once for all: make one for a run and share it.
public final class Cancellation: Sendable {
  private let flag = Atomic<Bool>(false)
  /// Readable for ever once cancelled, so that every poll that watches it wakes up; -1 where no pipe could be had.
  let readEnd: Int32
  private let writeEnd: Int32

  public init() {
    var ends: [Int32] = [-1, -1]
    if pipe(&ends) != 0 { ends = [-1, -1] }
    for end in ends where end >= 0 {
      _ = fcntl(end, F_SETFD, FD_CLOEXEC)
      _ = fcntl(end, F_SETFL, O_NONBLOCK)
    }
    readEnd = ends[0]
    writeEnd = ends[1]
  }

  deinit {
    if readEnd >= 0 { close(readEnd) }
    if writeEnd >= 0 { close(writeEnd) }
  }

  public var isCancelled: Bool { flag.load(ordering: .acquiring) }

  /// Wakes all that wait and makes every later operation throw `.cancelled`. May be called more than once.
  public func cancel() {
    guard !flag.exchange(true, ordering: .acquiringAndReleasing), writeEnd >= 0 else { return }
    var byte: UInt8 = 1
    _ = write(writeEnd, &byte, 1)
  }
}
