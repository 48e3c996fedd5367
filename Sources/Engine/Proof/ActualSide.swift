internal import Databases
internal import Logging
internal import Postgres
internal import Records
internal import Reports
internal import Synchronization
internal import Verify

/// What the table has, read back over several connections under one snapshot.
struct ActualSide: Sendable {
  let context: DatasetContext
  let target: DatabaseTarget
  let layout: TableLayout

  /// Which rows are read.
  enum Rows: Sendable {
    case all
    case written(TransactionIDs)
    /// All but those of other runs, told from each other in `Purpose.differences`.
    case bySide(RowWriters)
  }

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

  /// Reads the table once.
  func read(_ purpose: Purpose, of rows: Rows = .all) async throws -> Result {
    if case .written(let ids) = rows, ids.isEmpty { return Result() }
    let cancellation = Cancellation()
    return try await withTaskCancellationHandler {
      try await withTaskExecutorPreference(OwnThread.start()) {
        let control = try target.connect(cancellation, context.events.logger, run: context.run, again: true)
        defer { control.close() }
        let snapshot = try TableScan.exportSnapshot(control)
        let table = try QualifiedTable(schema: layout.schema, table: layout.table)
        guard let description = try control.describe(table) else {
          throw EngineError(.table, "the table is not there any more", place: table.description)
        }
        let scan = try TableScan(
          description, layout: layout, rows: rows.scanned, serverVersion: control.serverVersion)
        let pass = Pass(scan: scan, purpose: purpose, rows: rows)
        return try await read(pass, snapshot, control, cancellation)
      }
    } onCancel: {
      cancellation.cancel()
    }
  }

  /// Reads over the connection that has the snapshot and over `jobs - 1` others.
  private func read(
    _ pass: Pass, _ snapshot: String, _ own: Connection, _ cancellation: Cancellation
  ) async throws -> Result {
    let next = Counter()
    return try await withThrowingTaskGroup(of: Result.self) { group in
      do {
        for _ in 1..<max(1, min(context.options.jobs, pass.scan.ranges.count)) {
          group.addTask(executorPreference: try OwnThread.start()) {
            guard let connection = try connectIfPossible(cancellation) else { return Result() }
            defer { connection.close() }
            try TableScan.importSnapshot(snapshot, connection)
            return try read(pass, next, connection)
          }
        }
        var whole = try read(pass, next, own)
        for try await part in group {
          whole.rows += part.rows
          whole.digest &+= part.digest
          if case .buckets = pass.purpose { whole.buckets.merge(part.buckets) }
        }
        return whole
      } catch {
        cancellation.cancel()
        group.cancelAll()
        throw error
      }
    }
  }

  /// - Returns: nil when the server has no connection left: others read.
  private func connectIfPossible(_ cancellation: Cancellation) throws -> Connection? {
    do {
      return try target.connect(cancellation, context.events.logger, run: context.run, again: true)
    } catch let error as PostgresError where error.kind == .tooManyConnections {
      return nil
    }
  }

  private func read(_ pass: Pass, _ next: Counter, _ connection: Connection) throws -> Result {
    var reader = TableSideReader(layout: layout, pass)
    while let range = next.take(below: pass.scan.ranges.count) {
      let before = reader.result.rows
      try pass.scan.read(pass.scan.ranges[range], on: connection) { row in try reader.take(row) }
      context.events.emit(.readBack(rows: reader.result.rows - before))
    }
    return reader.result
  }
}

extension ActualSide.Rows {
  fileprivate var scanned: TableScan.Rows {
    switch self {
    case .all: .all
    case .written(let ids): .written(ids)
    case .bySide: .withWriter
    }
  }
}

/// One reading of the table, shared by several connections.
private struct Pass: Sendable {
  let scan: TableScan
  let purpose: ActualSide.Purpose
  let rows: ActualSide.Rows
}

/// Takes the rows that one connection reads.
private struct TableSideReader {
  private let purpose: ActualSide.Purpose
  private let rows: ActualSide.Rows
  private let actual: ActualDigest
  private let hasKey: Bool
  private(set) var result = ActualSide.Result()

  init(layout: TableLayout, _ pass: Pass) {
    purpose = pass.purpose
    rows = pass.rows
    actual = ActualDigest(layout: layout)
    hasKey = !layout.key.isEmpty
  }

  mutating func take(_ row: UnsafeRawBufferPointer) throws {
    switch rows {
    case .all: try take(row, of: .actual)
    case .written(let ids):
      let (xmin, columns) = try TableScan.split(row)
      if ids.contains(xmin) { try take(columns, of: .actual) }
    case .bySide(let writers):
      let (xmin, columns) = try TableScan.split(row)
      if let side = writers.side(xmin) { try take(columns, of: side) }
    }
  }

  private mutating func take(_ row: UnsafeRawBufferPointer, of side: Side) throws {
    let digest = try actual.digest(row)
    result.rows += 1
    result.digest &+= digest
    if case .sum = purpose { return }
    let key = hasKey ? try actual.keyDigest(row) : digest
    switch purpose {
    case .sum: break
    case .buckets: result.buckets.add(key: key, row: digest)
    case .differences(let spill): try spill.add(side, key: key, row: digest)
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
