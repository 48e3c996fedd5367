import Records
import Reports

/// Shows progress on standard error: one line written over and over on a terminal, a line every ten seconds elsewhere.
struct ProgressDisplay: Sendable {
  enum Style: Sendable { case none, line, plain, json }

  private let events: RunEvents
  private let style: Style

  init(_ events: RunEvents, style: Style) {
    self.events = events
    self.style = style
  }

  /// Until the task is cancelled.
  func show() async {
    guard style != .none else { return }
    defer { Console.progress(nil) }
    while true {
      let pause = style == .line ? Duration.milliseconds(250) : .seconds(10)
      do { try await Task.sleep(for: pause) } catch { break }
      guard let phase = PhaseProgress(events.snapshot) else { continue }
      switch style {
      case .none: return
      case .line: Console.progress("\(Self.text(phase))")
      case .plain: Console.error("\(Self.text(phase))")
      case .json: if let line = try? Self.json(phase) { Console.error(json: line) }
      }
    }
  }

  /// `events: loading 42 %, 380,000 rows/s, 171 MB/s, 3 s left, the database is the slow part`
  static func text(_ phase: PhaseProgress) -> String {
    var parts: [String] = []
    if let fraction = fraction(phase) { parts.append("\(Figures.whole(fraction * 100)) %") }
    if phase.seconds > 0, phase.rows > 0 {
      parts.append("\(Figures.grouped(Figures.whole(Double(phase.rows) / phase.seconds))) rows/s")
    }
    if phase.seconds > 0, phase.bytes > 0 {
      parts.append("\(Figures.oneDigit(Double(phase.bytes) / phase.seconds / 1e6)) MB/s")
    }
    if let left = left(phase) { parts.append("\(Figures.time(left)) left") }
    if phase.rejected > 0 { parts.append("\(Figures.grouped(phase.rejected)) rejected") }
    if let wait = phase.wait {
      parts.append(wait)
    } else if let stage = phase.busiest {
      parts.append("\(name(stage)) is the slow part")
    }
    return "\(phase.dataset): \(phase.activity)" + (parts.isEmpty ? "" : " ") + parts.joined(separator: ", ")
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

  static func json(_ phase: PhaseProgress) throws -> String {
    let (dataset, activity) = (try JSONOutput.line(phase.dataset), try JSONOutput.line(phase.activity))
    let total = phase.total.map(String.init) ?? "null"
    return "{\"dataset\":\(dataset),\"activity\":\(activity),\"done\":\(phase.done),"
      + "\"total\":\(total),\"bytes\":\(phase.bytes),\"rows\":\(phase.rows),\"rejected\":\(phase.rejected),"
      + "\"warnings\":\(phase.warnings),\"seconds\":\(Figures.oneDigit(phase.seconds))}"
  }

  private static func fraction(_ phase: PhaseProgress) -> Double? {
    guard let total = phase.total, total > 0 else { return nil }
    return min(1, Double(phase.done) / Double(total))
  }

  private static func left(_ phase: PhaseProgress) -> Double? {
    guard let fraction = fraction(phase), fraction > 0.01, fraction < 1 else { return nil }
    return phase.seconds / fraction * (1 - fraction)
  }
}
