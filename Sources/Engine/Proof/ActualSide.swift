internal import FlowControl
internal import Logging
internal import Postgres
internal import Records
internal import Synchronization
internal import Verify

/// What the table has, read back over several connections under one snapshot.
struct ActualSide: Sendable {
  let target: Target
  let layout: TableLayout
  let jobs: Int
  let progress: Progress
  let logger: Logger

  enum Purpose: Sendable {
    case sum
    case buckets
    case differences(DifferenceSpill)
    case listing(ListedRows)
  }

  struct Result: Sendable {
    var rows = 0
    var digest = RowDigest()
    var buckets = BucketSums()
  }

  /// Reads the whole table once.
  func read(_ purpose: Purpose) async throws -> Result {
    let cancellation = Cancellation()
    return try await withTaskCancellationHandler {
      try await withTaskExecutorPreference(ThreadExecutor()) {
        let control = try target.connect(cancellation, logger)
        defer { control.close() }
        let snapshot = try TableScan.exportSnapshot(control)
        let table = try QualifiedTable(schema: layout.schema, table: layout.table)
        guard let description = try control.describe(table) else {
          throw EngineError(.table, "the table is not there any more", place: table.description)
        }
        let scan = try TableScan(description, layout: layout, serverVersion: control.serverVersion)
        return try await read(scan, snapshot, purpose, cancellation)
      }
    } onCancel: {
      cancellation.cancel()
    }
  }

  private func read(
    _ scan: TableScan, _ snapshot: String, _ purpose: Purpose, _ cancellation: Cancellation
  ) async throws -> Result {
    let next = Counter()
    return try await withThrowingTaskGroup(of: Result.self) { group in
      for _ in 0..<min(jobs, scan.ranges.count) {
        group.addTask(executorPreference: ThreadExecutor()) {
          let connection = try target.connect(cancellation, logger)
          defer { connection.close() }
          try TableScan.importSnapshot(snapshot, connection)
          var reader = TableSideReader(layout: layout, purpose: purpose)
          while let range = next.take(below: scan.ranges.count) {
            let before = reader.result.rows
            try scan.read(scan.ranges[range], on: connection) { row in try reader.take(row) }
            progress.add(rows: reader.result.rows - before)
          }
          return reader.result
        }
      }
      var whole = Result()
      do {
        for try await part in group {
          whole.rows += part.rows
          whole.digest &+= part.digest
          if case .buckets = purpose { whole.buckets.merge(part.buckets) }
        }
      } catch {
        cancellation.cancel()
        group.cancelAll()
        throw error
      }
      return whole
    }
  }

  /// Sums what a connection sees now, inside its transaction: the table before an append.
  static func sum(
    _ description: TableDescription, layout: TableLayout, on connection: Connection
  ) throws -> (rows: Int, digest: RowDigest) {
    let scan = try TableScan(description, layout: layout, serverVersion: connection.serverVersion)
    var reader = TableSideReader(layout: layout, purpose: .sum)
    for range in scan.ranges {
      try scan.read(range, on: connection) { row in try reader.take(row) }
    }
    return (reader.result.rows, reader.result.digest)
  }
}

/// Takes the rows that one connection reads.
private struct TableSideReader {
  let purpose: ActualSide.Purpose
  private let actual: ActualDigest
  private let hasKey: Bool
  private(set) var result = ActualSide.Result()

  init(layout: TableLayout, purpose: ActualSide.Purpose) {
    self.purpose = purpose
    actual = ActualDigest(layout: layout)
    hasKey = !layout.key.isEmpty
  }

  mutating func take(_ row: UnsafeRawBufferPointer) throws {
    let digest = try actual.digest(row)
    result.rows += 1
    result.digest &+= digest
    if case .sum = purpose { return }
    let key = hasKey ? try actual.keyDigest(row) : digest
    switch purpose {
    case .sum: break
    case .buckets: result.buckets.add(key: key, row: digest)
    case .differences(let spill): try spill.add(.actual, key: key, row: digest)
    case .listing(let listed):
      if listed.wants(key, digest) { listed.describe(key, digest, try actual.columns(row)) }
    }
  }
}

/// Hands out 0, 1, 2 … to several tasks.
private final class Counter: Sendable {
  private let next = Atomic<Int>(0)

  func take(below limit: Int) -> Int? {
    let value = next.wrappingAdd(1, ordering: .relaxed).oldValue
    return value < limit ? value : nil
  }
}
