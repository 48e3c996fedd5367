internal import Postgres
internal import Records

/// How long a run bears with a server that is away or busy, and how often it asks again.
public struct RetryPolicy: Sendable {
  /// From the first failure on, for each thing that is tried; zero: nothing is tried twice.
  public let limit: Duration
  /// Told of the first pause.
  public let outage: Outage

  public init(limit: Duration, outage: Outage) {
    self.limit = limit
    self.outage = outage
  }

  private static let firstPause = Duration.milliseconds(100)
  private static let longestPause = Duration.seconds(5)
  /// A full disk is not emptied within seconds, and every try leaves dead rows behind.
  private static let pauseForSpace = Duration.seconds(20)

  /// Tries `body` until it succeeds or fails for good. Whether an attempt whose answer was lost was carried out is for
  /// `body` to find out.
  /// - Parameter isTransient: what may succeed later.
  /// - Throws: the last failure, when it is no transient one or the time is over; `CancellationError`.
  public func attempt<Result>(
    while isTransient: (any Error) -> Bool = RetryPolicy.isTransient, _ body: () async throws -> Result
  ) async throws -> Result {
    var deadline: ContinuousClock.Instant?
    defer { if deadline != nil { outage.leave() } }
    var pause = Self.firstPause
    while true {
      do {
        return try await body()
      } catch {
        let now = ContinuousClock.now
        let end = deadline ?? now + limit
        guard isTransient(error), !Task.isCancelled, now < end else { throw error }
        if deadline == nil {
          outage.enter("\(Self.reason(error)); trying again for \(Figure.seconds(limit))")
        }
        deadline = end
        let rest = max(pause, Self.needsSpace(error) ? Self.pauseForSpace : .zero) * Double.random(in: 0.75...1.25)
        try await Task.sleep(for: min(rest, end - now))
        pause = min(pause * 2, Self.longestPause)
      }
    }
  }

  @Sendable public static func isTransient(_ error: any Error) -> Bool {
    (error as? PostgresError)?.isTransient ?? false
  }

  private static func reason(_ error: any Error) -> String { (error as? any ReportableError)?.message ?? "\(error)" }

  private static func needsSpace(_ error: any Error) -> Bool { (error as? PostgresError)?.kind == .diskFull }
}

/// Numbers in sentences.
private enum Figure {
  static func seconds(_ duration: Duration) -> String {
    let tenths = Int((duration.inSeconds * 10).rounded())
    return "\(tenths / 10).\(tenths % 10) s"
  }
}
