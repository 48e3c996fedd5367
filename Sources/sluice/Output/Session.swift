import Engine
import Records

/// One run or verification as the user sees it: progress while it goes on, the result when it is over.
struct Session {
  let output: OutputOptions
  /// Where the run's folder lies; nil when it has none.
  let folder: String?
  private let signals = Signals()

  init(output: OutputOptions, folder: String?) {
    self.output = output
    self.folder = folder
  }

  /// What the signal that came means; for the report of what it stopped.
  var statusWhenStopped: @Sendable () -> Records.ExitStatus {
    { [signals] in signals.status ?? .interrupted }
  }

  /// - Throws: the exit status, unless it is success.
  func perform(_ progress: Progress, _ body: @escaping @Sendable () async -> Report) async throws {
    let display = ProgressDisplay(progress, style: style, usesColor: output.usesColor)
    let showing = Task { await display.show() }
    let report = await signals.whileListening(body)
    showing.cancel()
    await showing.value
    try show(report)
  }

  /// - Throws: the exit status, unless it is success.
  func show(_ report: Report) throws {
    var status = Records.ExitStatus(rawValue: report.exit) ?? .failure
    do {
      if output.json { try Console.offer(unchanged: try report.json) }
      if !output.json, !output.quiet { try Console.out(Summary(report, folder: folder).text) }
    } catch {
      let end = output.failed(error)
      // What the run itself came to says more, unless it was done.
      if status == .success || status == .rejects { status = end.status }
    }
    if output.quiet || output.json {
      for error in report.errors { Console.error("error: \(Summary.sentence(error))") }
    }
    if status != .success { throw End(status: status) }
  }

  private var style: ProgressDisplay.Style {
    if output.quiet { return .none }
    switch output.progress {
    case .none: return .none
    case .plain: return .plain
    case .json: return .json
    case .auto:
      if output.json { return .none }
      return Console.errorIsTerminal && output.usesColor ? .line : .plain
    }
  }
}
