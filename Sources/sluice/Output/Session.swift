import Engine
import Records
import Reports

/// One run or verification as the user sees it: progress while it goes on, the result when it is over.
struct Session {
  let output: OutputOptions
  let counted: Summary.Counted
  /// What the engine says while it works; heard from now on.
  let events: RunEvents
  private let signals = Signals()
  private let log: Task<Void, Never>

  /// What it means that a signal stops the run.
  var stopping: Stopping { signals.stopping }

  /// - Parameter counted: what the records that got through have come to.
  init(output: OutputOptions, counted: Summary.Counted = .loaded) {
    self.output = output
    self.counted = counted
    events = RunEvents(wantsDetail: output.verbose)
    log = EventLog(logger: output.logger).start(events.subscribe())
  }

  /// - Throws: the exit status, unless it is success.
  func perform(_ body: @escaping @Sendable () async -> Report) async throws {
    let display = ProgressDisplay(events, style: style)
    let showing = Task { await display.show() }
    let report = await signals.whileListening(output.logger, body)
    showing.cancel()
    await showing.value
    await end()
    try show(report)
  }

  /// Waits until everything is logged that was said.
  func end() async {
    events.finish()
    await log.value
  }

  /// The result on standard output, and the error, where there is one, on standard error.
  /// - Throws: the exit status, unless it is success.
  private func show(_ report: Report) throws {
    var status = Records.ExitStatus(rawValue: report.exit) ?? .failure
    do {
      try print(report)
    } catch {
      let end = output.failed(error)
      // What the run itself came to says more, unless it was done.
      if status == .success || status == .rejects { status = end.status }
    }
    if status != .success { throw End(status: status) }
  }

  private func print(_ report: Report) throws {
    // Also where the result cannot be written.
    var errors = report.errors
    func tellErrors() {
      for error in errors { ErrorLine.write(error, isJSON: output.logsJSON) }
      errors = []
    }
    defer { tellErrors() }
    if output.json { try Console.offer(unchanged: try report.json) }
    if output.json || output.quiet { return }
    let summary = Summary(report, counting: counted)
    if let outcome = summary.outcome { try Console.out(outcome) }
    tellErrors()
    if let after = summary.after { try Console.out(after) }
  }

  private var style: ProgressDisplay.Style {
    if output.quiet { return .none }
    switch output.progress {
    case .none: return .none
    case .plain: return output.logsJSON ? .json : .plain
    case .json: return .json
    case .auto:
      if output.json || output.logsJSON { return .none }
      return output.usesColor ? .line : .plain
    }
  }
}
