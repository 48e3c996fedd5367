internal import Synchronization
public import Records

/// How far a run is, to be looked at from outside while it goes on.
public final class Progress: Sendable {
  /// One look.
  public struct Snapshot: Sendable {
    public var dataset = ""
    /// What is being done: `loading`, `verifying`.
    public var activity = ""
    /// Bytes of the file on disk: done, and in all where that is known.
    public var done: Int64 = 0
    public var total: Int64?
    /// Bytes of the unpacked source.
    public var bytes: Int64 = 0
    public var rows = 0
    public var rejected = 0
    public var warnings = 0
    /// Since the dataset's activity began.
    public var seconds: Double = 0
    /// The stage that the others wait for.
    public var busiest: Stage?
    /// What the server waits for, where that lasts.
    public var wait: String?

    /// What changes when something moves.
    var position: Position {
      Position(dataset: dataset, activity: activity, done: done, bytes: bytes, rows: rows, rejected: rejected)
    }
  }

  private struct State {
    var snapshot = Snapshot()
    var start = ContinuousClock.now
    var waiting: [Stage: Double] = [:]
  }

  private let state = Mutex(State())

  public init() {}

  public var snapshot: Snapshot {
    state.withLock { state in
      var snapshot = state.snapshot
      snapshot.seconds = (ContinuousClock.now - state.start).inSeconds
      // Until slices are loaded, nobody knows.
      if state.waiting[.load] != nil { snapshot.busiest = state.waiting.min { $0.value < $1.value }?.key }
      return snapshot
    }
  }

  func begin(_ dataset: String, _ activity: String, total: Int64?) {
    state.withLock { state in
      state = State()
      state.snapshot.dataset = dataset
      state.snapshot.activity = activity
      state.snapshot.total = total
    }
  }

  func read(done: Int64, bytes: Int64) {
    state.withLock { state in
      state.snapshot.done = done
      state.snapshot.bytes = bytes
    }
  }

  func add(rows: Int = 0, rejected: Int = 0, warnings: Int = 0) {
    state.withLock { state in
      state.snapshot.rows += rows
      state.snapshot.rejected += rejected
      state.snapshot.warnings += warnings
    }
  }

  /// - Parameter cause: in words; nil: for nothing.
  func waits(for cause: String?) { state.withLock { $0.snapshot.wait = cause } }

  /// A stage has waited so long in all.
  func waited(_ stage: Stage, _ clock: StageClock) {
    state.withLock { $0.waiting[stage] = clock.waiting.inSeconds }
  }
}

extension Progress.Snapshot {
  /// How far a run is: while it stays the same, nothing moves.
  struct Position: Equatable {
    var dataset: String
    var activity: String
    var done: Int64
    var bytes: Int64
    var rows: Int
    var rejected: Int
  }
}
