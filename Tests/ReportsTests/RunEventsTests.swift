import Records
import Reports
import Testing

@Suite("The events of a run") struct RunEventsTests {
  private let clock = StandingClock()
  private let events: RunEvents

  init() {
    let clock = clock
    events = RunEvents(now: { clock.now })
  }

  @Test("are counted over all phases, and each phase from its own beginning")
  func phases() {
    events.emit(.phase(RunPhase("a", "loading", total: 200)))
    events.emit(.read(fileBytes: 100, bytes: 400))
    events.emit(.judged(rejected: 1, warnings: 2))
    events.emit(.committed(rows: 10, rejected: 3))
    events.emit(.waited(.load, seconds: 2))
    events.emit(.waited(.extract, seconds: 1))
    #expect(events.snapshot.busiest == .extract)
    clock.pass(.seconds(5))
    events.emit(.phase(RunPhase("b", "loading")))
    #expect(events.snapshot.inPhase == RunCounters() && events.snapshot.busiest == nil)
    events.emit(.read(fileBytes: 7, bytes: 8))
    events.emit(.committed(rows: 1, rejected: 0))
    events.emit(.waited(.load, seconds: 4))
    clock.pass(.seconds(2))

    var all = RunCounters()
    (all.fileBytes, all.bytes, all.slices, all.loaded, all.rejected, all.warnings) = (107, 408, 2, 11, 4, 2)
    all.waiting = [.load: 6, .extract: 1]
    var ofPhase = RunCounters()
    (ofPhase.fileBytes, ofPhase.bytes, ofPhase.slices, ofPhase.loaded) = (7, 8, 1, 1)
    ofPhase.waiting = [.load: 4]
    let snapshot = events.snapshot
    #expect(snapshot.counters == all && snapshot.inPhase == ofPhase)
    #expect(snapshot.seconds == 7 && snapshot.secondsInPhase == 2 && snapshot.phase == RunPhase("b", "loading"))
  }

  @Test("never take back what they have counted, in whichever order loaders tell")
  func growing() {
    events.emit(.phase(RunPhase("a", "loading")))
    events.emit(.read(fileBytes: 9, bytes: 9))
    events.emit(.waited(.load, seconds: 3))
    events.emit(.read(fileBytes: 4, bytes: 4))
    events.emit(.waited(.load, seconds: 1))
    #expect(events.snapshot.counters.bytes == 9 && events.snapshot.counters.waiting == [.load: 3])
  }

  @Test("that are rare reach each subscriber once and in their order, and no other does")
  func delivered() async {
    let rare: [RunEvent] = [
      .began(run: "r"), .phase(RunPhase("a", "loading")), .retrying("no answer"), .said(.notice, "one"),
      .ended(.verified),
    ]
    let counted: [RunEvent] = [
      .read(fileBytes: 1, bytes: 1), .judged(rejected: 1, warnings: 1), .committed(rows: 1, rejected: 1),
      .passed(rows: 1), .readBack(rows: 1), .waited(.load, seconds: 1), .stuck("a lock"),
    ]
    let subscribers = [events.subscribe(), events.subscribe()]
    for event in counted + rare { events.emit(event) }
    events.finish()
    events.emit(.said(.notice, "behind the end"))
    for subscriber in subscribers {
      var heard: [RunEvent] = []
      for await event in subscriber { heard.append(event) }
      #expect(heard == rare)
    }
    #expect(events.snapshot.counters.retries == 1 && events.snapshot.wait == nil)
  }
}
