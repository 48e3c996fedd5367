internal import Records
internal import Synchronization

/// The one way from a run outward. Whoever wants to know how it goes looks at `snapshot` or subscribes.
///
/// Nobody who listens holds the run up: counted events change numbers under a lock, the others wait in a queue of each
/// subscriber.
public final class RunEvents: Sendable {
  fileprivate struct State {
    var counters = RunCounters()
    var phase: RunPhase?
    /// The counters and the time when the phase began.
    var before = RunCounters()
    var phaseStart: ContinuousClock.Instant
    var wait: String?
    var subscribers: [AsyncStream<RunEvent>.Continuation] = []
  }

  /// Whether somebody wants `said(.debug, …)`.
  public let wantsDetail: Bool
  private let now: @Sendable () -> ContinuousClock.Instant
  private let start: ContinuousClock.Instant
  private let state: Mutex<State>

  public init(wantsDetail: Bool = false, now: @escaping @Sendable () -> ContinuousClock.Instant = { .now }) {
    self.wantsDetail = wantsDetail
    self.now = now
    start = now()
    state = Mutex(State(phaseStart: start))
  }

  /// The rare events from now on, in their order, until `finish`. Not for more than one reader.
  public func subscribe() -> AsyncStream<RunEvent> {
    let (stream, continuation) = AsyncStream.makeStream(of: RunEvent.self)
    state.withLock { $0.subscribers.append(continuation) }
    return stream
  }

  /// Ends what subscribers read, once they have read what was emitted before.
  public func finish() {
    let subscribers = state.withLock { state in
      defer { state.subscribers = [] }
      return state.subscribers
    }
    for subscriber in subscribers { subscriber.finish() }
  }

  public func emit(_ event: RunEvent) {
    let now = now()
    state.withLock { state in
      if state.count(event, now) { return }
      for subscriber in state.subscribers { subscriber.yield(event) }
    }
  }

  public var snapshot: RunSnapshot {
    let now = now()
    return state.withLock { state in
      RunSnapshot(
        seconds: (now - start).inSeconds, counters: state.counters, phase: state.phase,
        inPhase: state.counters - state.before, secondsInPhase: (now - state.phaseStart).inSeconds, wait: state.wait)
    }
  }
}

extension RunEvents.State {
  /// Takes the event in.
  /// - Returns: whether that is all: nobody is told.
  fileprivate mutating func count(_ event: RunEvent, _ now: ContinuousClock.Instant) -> Bool {
    switch event {
    case .began, .ended, .said: return false
    case .phase(let phase):
      self.phase = phase
      (before, phaseStart, wait) = (counters, now, nil)
      return false
    case .retrying:
      counters.retries += 1
      return false
    case .read(let fileBytes, let bytes):
      counters.fileBytes = max(counters.fileBytes, before.fileBytes + fileBytes)
      counters.bytes = max(counters.bytes, before.bytes + bytes)
    case .judged(let rejected, let warnings):
      counters.rejected += rejected
      counters.warnings += warnings
    case .committed(let rows, let rejected):
      counters.slices += 1
      counters.loaded += rows
      counters.rejected += rejected
    case .passed(let rows): counters.passed += rows
    case .readBack(let rows): counters.readBack += rows
    case .waited(let stage, let seconds):
      counters.waiting[stage] = max(counters.waiting[stage] ?? 0, (before.waiting[stage] ?? 0) + seconds)
    case .stuck(let cause): wait = cause
    }
    return true
  }
}
