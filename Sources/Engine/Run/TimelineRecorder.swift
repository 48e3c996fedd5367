internal import Archive
internal import Records
internal import Reports
internal import Synchronization

/// Looks at a run once a second, and writes into its folder what it saw.
final class TimelineRecorder: Sendable {
  private let events: RunEvents
  private let timeline = Mutex(Timeline())

  init(_ events: RunEvents) { self.events = events }

  func during<Result>(_ work: () async throws -> Result) async throws -> Result {
    try await Onlooker.during(work) { [self] in
      while (try? await Task.sleep(for: .seconds(1))) != nil {
        let snapshot = events.snapshot
        timeline.withLock { $0.look(snapshot) }
      }
    }
  }

  /// Writes `events.ndjson`. A run does not fail for want of it.
  func write(to folder: RunFolder) {
    do {
      try folder.write(timeline.withLock { $0 }.text(endingWith: events.snapshot), to: RunLayout.events)
    } catch {
      events.warn("\(RunLayout.events) could not be written: \(ReportedError(error))")
    }
  }
}
