import Synchronization

/// A channel between two stages that holds at most `capacity` elements.
///
/// An `AsyncStream` carries the elements and a second one carries credits in the other direction: `send` awaits a
/// credit, `receive` gives one back. Any number of tasks may send and receive; each element reaches one receiver.
/// The sender's side calls `finish`; what was sent before is still received. Cancelling a task that waits in `send` or
/// `receive` ends the channel for all with `CancellationError`: a run has one fate.
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

  /// Waits for room, then hands `element` over.
  /// - Throws: `CancellationError` when the task is cancelled or the channel was ended meanwhile.
  public func send(_ element: Element) async throws(CancellationError) {
    var iterator = credits.makeAsyncIterator()
    guard await iterator.next(isolation: nil) != nil, !Task.isCancelled else { throw abandon() }
    if case .terminated = elementsInlet.yield(element) { throw CancellationError() }
  }

  /// The next element, or nil after `finish` when all were received.
  /// - Throws: `CancellationError` when this task or another one of the channel is cancelled: a cancelled channel never
  ///   looks like a finished one.
  public func receive() async throws(CancellationError) -> Element? {
    var iterator = elements.makeAsyncIterator()
    let element = await iterator.next(isolation: nil)
    if Task.isCancelled { throw abandon() }
    if element != nil {
      creditsInlet.yield()
    } else if !ending.isRegular {
      throw abandon()
    }
    return element
  }

  /// Nothing more will be sent. Called from a cancelled task, it ends the channel with `CancellationError` instead:
  /// what that task sent may not be all.
  public func finish() {
    if Task.isCancelled {
      abandon()
    } else {
      ending.setRegular()
      elementsInlet.finish()
    }
  }

  /// Wakes whoever waits at either side; without `setRegular` they throw.
  @discardableResult private func abandon() -> CancellationError {
    elementsInlet.finish()
    creditsInlet.finish()
    return CancellationError()
  }
}

/// How the stream of elements came to its end: cancelling one receiver ends it for the others as well, and they see
/// the same nil as after `finish`.
private final class Ending: Sendable {
  private let regular = Atomic(false)

  var isRegular: Bool { regular.load(ordering: .acquiring) }
  func setRegular() { regular.store(true, ordering: .releasing) }
}
