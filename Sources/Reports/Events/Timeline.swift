internal import FoundationEssentials
internal import Records

/// How a run went, looked at once a second; of a long one more seldom, so that it is 2,000 looks at most.
public struct Timeline: Sendable {
  public static let mostLines = 2000

  private var lines: [TimelineLine] = []
  /// Of so many looks one is kept.
  private var stride = 1
  private var looks = 0

  public init() {}

  /// Takes in a look, the next one a second later.
  public mutating func look(_ snapshot: RunSnapshot) {
    defer { looks += 1 }
    guard looks % stride == 0 else { return }
    // One line is left for the end.
    if lines.count == Self.mostLines - 1 {
      lines = lines.enumerated().filter { $0.offset % 2 == 0 }.map(\.element)
      stride *= 2
      if looks % stride != 0 { return }
    }
    lines.append(TimelineLine(snapshot))
  }

  /// `events.ndjson`: an object a look, and one of how the run ended.
  /// - Throws: `run.report` where it cannot be encoded.
  public func text(endingWith last: RunSnapshot) throws(RunStateError) -> String {
    var text = ""
    for line in lines + [TimelineLine(last)] {
      text += try ReportText.json(line, "a line of the timeline", [.sortedKeys, .withoutEscapingSlashes]).visibleJSON
      text += "\n"
    }
    return text
  }
}

/// A line of `events.ndjson`. All numbers are of the whole run until then.
private struct TimelineLine: Codable {
  var seconds: Double
  var dataset: String?
  var activity: String?
  var fileBytes: Int64
  var bytes: Int64
  var slices: Int
  var loaded: Int
  var passed: Int
  var readBack: Int
  var rejected: Int
  var warnings: Int
  var retries: Int
  /// Seconds that each stage waited for its neighbours.
  var waiting: [String: Double]
  /// What the server waits for.
  var wait: String?

  init(_ snapshot: RunSnapshot) {
    let counters = snapshot.counters
    seconds = snapshot.seconds
    dataset = snapshot.phase?.dataset
    activity = snapshot.phase?.activity
    fileBytes = counters.fileBytes
    bytes = counters.bytes
    slices = counters.slices
    loaded = counters.loaded
    passed = counters.passed
    readBack = counters.readBack
    rejected = counters.rejected
    warnings = counters.warnings
    retries = counters.retries
    waiting = Dictionary(counters.waiting.map { ($0.rawValue, $1) }) { first, _ in first }
    wait = snapshot.wait
  }
}
