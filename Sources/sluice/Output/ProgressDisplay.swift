import Engine
import Records

/// Shows progress on standard error: one line written over and over on a terminal, a line every ten seconds elsewhere.
struct ProgressDisplay: Sendable {
  enum Style: Sendable { case none, line, plain, json }

  private let progress: Progress
  private let style: Style

  init(_ progress: Progress, style: Style) {
    self.progress = progress
    self.style = style
  }

  /// Until the task is cancelled.
  func show() async {
    guard style != .none else { return }
    defer { Console.progress(nil) }
    while true {
      let pause = style == .line ? Duration.milliseconds(250) : .seconds(10)
      do { try await Task.sleep(for: pause) } catch { break }
      let snapshot = progress.snapshot
      guard !snapshot.activity.isEmpty else { continue }
      switch style {
      case .none: return
      case .line: Console.progress("\(Self.text(snapshot))")
      case .plain: Console.error("\(Self.text(snapshot))")
      case .json: if let line = try? Self.json(snapshot) { Console.error(json: line) }
      }
    }
  }

  /// `events: loading 42 %, 380,000 rows/s, 171 MB/s, 3 s left, the database is the slow part`
  static func text(_ snapshot: Progress.Snapshot) -> String {
    var parts: [String] = []
    if let fraction = fraction(snapshot) { parts.append("\(Figures.whole(fraction * 100)) %") }
    if snapshot.seconds > 0, snapshot.rows > 0 {
      parts.append("\(Figures.grouped(Figures.whole(Double(snapshot.rows) / snapshot.seconds))) rows/s")
    }
    if snapshot.seconds > 0, snapshot.bytes > 0 {
      parts.append("\(Figures.oneDigit(Double(snapshot.bytes) / snapshot.seconds / 1e6)) MB/s")
    }
    if let left = left(snapshot) { parts.append("\(Figures.time(left)) left") }
    if snapshot.rejected > 0 { parts.append("\(Figures.grouped(snapshot.rejected)) rejected") }
    if let wait = snapshot.wait {
      parts.append(wait)
    } else if let stage = snapshot.busiest {
      parts.append("\(name(stage)) is the slow part")
    }
    return "\(snapshot.dataset): \(snapshot.activity)" + (parts.isEmpty ? "" : " ") + parts.joined(separator: ", ")
  }

  private static func name(_ stage: Stage) -> String {
    switch stage {
    case .extract: "reading"
    case .transform: "conversion"
    case .validate: "checking"
    case .load: "the database"
    case .verify: "comparison"
    }
  }

  static func json(_ snapshot: Progress.Snapshot) throws -> String {
    let (dataset, activity) = (try JSONOutput.line(snapshot.dataset), try JSONOutput.line(snapshot.activity))
    let total = snapshot.total.map(String.init) ?? "null"
    return "{\"dataset\":\(dataset),\"activity\":\(activity),\"done\":\(snapshot.done),"
      + "\"total\":\(total),\"bytes\":\(snapshot.bytes),\"rows\":\(snapshot.rows),\"rejected\":\(snapshot.rejected),"
      + "\"warnings\":\(snapshot.warnings),\"seconds\":\(Figures.oneDigit(snapshot.seconds))}"
  }

  private static func fraction(_ snapshot: Progress.Snapshot) -> Double? {
    guard let total = snapshot.total, total > 0 else { return nil }
    return min(1, Double(snapshot.done) / Double(total))
  }

  private static func left(_ snapshot: Progress.Snapshot) -> Double? {
    guard let fraction = fraction(snapshot), fraction > 0.01, fraction < 1 else { return nil }
    return snapshot.seconds / fraction * (1 - fraction)
  }
}
