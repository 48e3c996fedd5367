import Synchronization

/// A channel between two stages that holds at most `capacity` elements.
///
/// An `AsyncStream` carries the elements and a second one carries credits in the other direction: `send` awaits a
/// credit, `receive` gives one back. Any number of tasks may send and receive; each element reaches one receiver.
/// The sender's side calls `finish`; what was sent before is still received. A task that is cancelled in `send` or
/// `receive` abandons the channel, before and after `finish`: from then on it throws `CancellationError` to all, for a run
/// has one fate. An element that a receiver was given is returned to it, so nobody sees the end of a channel that lost one.
///
/// Two things are taken from the standard library that it does not document, and the tests hold it to them: iterators of
/// one `AsyncStream` share its elements, and cancelling a task that waits in one of them ends the stream for the others.
public struct BoundedChannel<Element: Sendable>: Sendable {
  private let elements: AsyncStream<Element>
  private let elementsInlet: AsyncStream<Element>.Continuation
  private let credits: AsyncStream<Void>
  private let creditsInlet: AsyncStream<Void>.Continuation
  private let ending = Ending()

  public init(capacity: Int) {
    precondition(capacity > 0)
    (elements, elementsInlet) = AsyncStream.makeStream(of: Element.self, bufferingPolicy: .unbounded)
    (credits, creditsInlet) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .unbounded)
    for _ in 0..<capacity { creditsInlet.yield() }
  }

  /// Waits for room, then hands `element` over; the channel keeps no reference once it is received.
  /// - Throws: `CancellationError` when the task is cancelled or the channel was ended.
  public func send(_ element: consuming Element) async throws(CancellationError) {
    var iterator = credits.makeAsyncIterator()
    guard await iterator.next(isolation: nil) != nil, !Task.isCancelled else { throw abandon() }
    if case .terminated = elementsInlet.yield(element) { throw CancellationError() }
  }

  /// The next element, or nil after `finish` when all were received.
  /// - Throws: `CancellationError` when this task or another one of the channel was cancelled: an abandoned channel never
  ///   looks like a finished one.
  public func receive() async throws(CancellationError) -> Element? {
    // Before an element is taken: it would be lost, and other receivers would see the end behind it.
    if Task.isCancelled || ending.state == .abandoned { throw abandon() }
    var iterator = elements.makeAsyncIterator()
    if let element = await iterator.next(isolation: nil) {
      creditsInlet.yield()
      return element
    }
    guard !Task.isCancelled, ending.state == .finished else { throw abandon() }
    return nil
  }

  /// Nothing more will be sent. Called from a cancelled task, it ends the channel with `CancellationError` instead:
  /// what that task sent may not be all.
  public func finish() {
    if Task.isCancelled {
      abandon()
    } else {
      ending.finish()
      elementsInlet.finish()
    }
  }

  /// Wakes whoever waits at either side; they throw.
  @discardableResult private func abandon() -> CancellationError {
    ending.abandon()
    elementsInlet.finish()
    creditsInlet.finish()
    return CancellationError()
  }
}

/// How the stream of elements came to its end, which shows as the same nil in every case.
private final class Ending: Sendable {
  enum State: UInt8, AtomicRepresentable {
    case open, finished
    /// Stays, whatever comes after it.
    case abandoned
  }

  private let atomic = Atomic(State.open)

  var state: State { atomic.load(ordering: .acquiring) }
  func finish() { _ = atomic.compareExchange(expected: .open, desired: .finished, ordering: .acquiringAndReleasing) }
  func abandon() { atomic.store(.abandoned, ordering: .releasing) }
}
