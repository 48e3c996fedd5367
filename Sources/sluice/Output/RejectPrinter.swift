import Records
import RejectFiles
import Reports

/// Prints records that were set aside, and counts what it could not print.
struct RejectPrinter {
  enum Form { case text, raw, json }

  let form: Form
  let limit: Int
  let tell: (RunStateError) -> Void
  private(set) var printed = 0
  private(set) var damaged = 0
  /// Records whose bytes were asked for and that nothing holds.
  private(set) var withoutText = 0
  /// There are more than were asked for.
  private(set) var hasMore = false
  private var isClosed = false

  init(form: Form, limit: Int, tell: @escaping (RunStateError) -> Void) {
    self.form = form
    self.limit = limit
    self.tell = tell
  }

  /// Nobody wants more.
  var isDone: Bool { isClosed || hasMore }

  mutating func print(_ line: RejectReader.Line, dataset: String) throws {
    switch line {
    case .damaged(let error):
      damaged += 1
      tell(error)
    case .reject where printed >= limit: hasMore = true
    case .reject(let reject, let run):
      guard form != .raw || reject.record != nil else {
        withoutText += 1
        return
      }
      isClosed = try !offer(reject, run, dataset)
      printed += 1
    }
  }

  private func offer(_ reject: Reject, _ run: String?, _ dataset: String) throws -> Bool {
    switch form {
    case .text: try Console.offer(RejectText.of(reject, resolvedBy: run, dataset: dataset))
    case .raw: try Console.offer(unchanged: reject.record ?? [])
    case .json: try JSONOutput.writeLine(ShownReject(reject, resolvedBy: run, dataset: dataset))
    }
  }
}
