/// A channel between two stages that holds at most `capacity` elements.
///
/// An `AsyncStream` carries the elements and a second one carries credits in the other direction: `send` awaits a
/// credit, `receive` gives one back. Any number of tasks may send and receive; each element reaches one receiver.
/// The sender's side calls `finish`; what was sent before is still received. Cancelling a task that waits in `send` or
/// `receive` ends the channel for all: a run has one fate.
public struct BoundedChannel<Element: Sendable>: Sendable {
  private let elements: AsyncStream<Element>
  private let elementsInlet: AsyncStream<Element>.Continuation
  private let credits: AsyncStream<Void>
  private let creditsInlet: AsyncStream<Void>.Continuation

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
    guard await iterator.next(isolation: nil) != nil, !Task.isCancelled else { throw CancellationError() }
    if case .terminated = elementsInlet.yield(element) { throw CancellationError() }
  }

  /// The next element, or nil after `finish` when all were received.
  /// - Throws: `CancellationError` when the task is cancelled: a cancelled channel never looks like a finished one.
  public func receive() async throws(CancellationError) -> Element? {
    var iterator = elements.makeAsyncIterator()
    let element = await iterator.next(isolation: nil)
    if Task.isCancelled { throw CancellationError() }
    if element != nil { creditsInlet.yield() }
    return element
  }

  /// Nothing more will be sent.
  public func finish() {
    elementsInlet.finish()
  }
}
