import Foundation
import Reports
import Testing

@Suite("The timeline of a run") struct TimelineTests {
  private struct Line: Decodable {
    var seconds: Double
    var dataset: String?
    var loaded: Int
  }

  private let clock = StandingClock()

  /// What is kept of a run of so many seconds, in each of which it loads a row.
  private func lines(ofSeconds length: Int) throws -> [Line] {
    let events = RunEvents(now: { [clock] in clock.now })
    events.emit(.phase(RunPhase("things", "loading")))
    var timeline = Timeline()
    for _ in 0..<length {
      clock.pass(.seconds(1))
      events.emit(.committed(rows: 1, rejected: 0))
      timeline.look(events.snapshot)
    }
    let text = try timeline.text(endingWith: events.snapshot)
    return try text.split(separator: "\n").map { try JSONDecoder().decode(Line.self, from: Data($0.utf8)) }
  }

  @Test("has an object a second, and one of the end")
  func short() throws {
    #expect(try lines(ofSeconds: 3).map(\.seconds) == [1, 2, 3, 3])
    #expect(try lines(ofSeconds: 0).map(\.loaded) == [0])
    #expect(try lines(ofSeconds: 1999).count == 2000)
  }

  @Test(
    "of a long run has 2,000 objects at most, at even distances, and never fewer than half as many",
    arguments: [2000, 4001, 100_000])
  func long(_ length: Int) throws {
    let lines = try lines(ofSeconds: length)
    #expect((1000...2000).contains(lines.count))
    #expect(lines.first?.seconds == 1 && lines.last?.loaded == length)
    #expect(lines.allSatisfy { $0.dataset == "things" && $0.loaded == Int($0.seconds) })
    let distances = zip(lines, lines.dropFirst().dropLast()).map { $1.seconds - $0.seconds }
    #expect(Set(distances).count == 1)
  }
}
