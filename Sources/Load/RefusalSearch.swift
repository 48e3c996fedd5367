internal import Postgres

/// Loads records but for those that have a row that the server refuses: piece by piece, and again without a record as soon
/// as it is known to be refused.
///
/// One savepoint is open at a time. A piece that took is released, which gives its lock back; all that the server keeps
/// of it until COMMIT is the number of a subtransaction. So a piece has at least `pieceRecords` records, and pieces grow as
/// long as nothing is refused.
struct RefusalSearch {
  private let connection: Connection
  private let count: Int
  /// Records before it are loaded or refused.
  private var start = 0
  /// The server has taken the records from `start` up to here, but for the refused ones; they are not kept yet.
  private var sure = 0
  /// The records up to here hold one that is refused, and the server does not say which.
  private var failing: Int?
  /// How many records behind `sure` are tried next.
  private var step: Int
  /// Refused records behind `start`, rising.
  private var holes: [Int] = []

  /// A piece must be loaded once more for each refusal in it, so a small one is quick; each is a subtransaction, so a
  /// large one is frugal.
  static let pieceRecords = 32

  /// - Parameter count: of all records, which are numbered from 0.
  init(_ count: Int, on connection: Connection) {
    self.connection = connection
    self.count = count
    step = count
  }

  /// Loads all records that the server takes.
  /// - Parameters:
  ///   - send: loads the rows of records; throws `RowRefusal` where the server refuses one of them.
  ///   - refuse: called once for each record that is refused; what it throws ends the search.
  ///   - keep: called when rows stay that were sent since the last time, inside the subtransaction that wrote them.
  mutating func load(
    send: ([Range<Int>]) throws -> Void, refuse: (Int, RowRefusal) throws -> Void, keep: () throws -> Void
  ) throws {
    try connection.execute("SAVEPOINT sluice_rows")
    while start < count {
      let end = min(sure + step, count)
      let piece = records(start..<end)
      do {
        if !piece.isEmpty { try send(piece) }
        try take(end, piece.isEmpty ? {} : keep)
      } catch let refusal as RowRefusal {
        try connection.execute("ROLLBACK TO SAVEPOINT sluice_rows")
        if let record = refused(refusal, end) {
          try refuse(record, refusal)
          holes.insert(record, at: holes.firstIndex { $0 > record } ?? holes.count)
        }
      }
    }
    try connection.execute("RELEASE SAVEPOINT sluice_rows")
  }

  private mutating func take(_ end: Int, _ keep: () throws -> Void) throws {
    if end - start >= Self.pieceRecords || end == count {
      try keep()
      try connection.executeScript("RELEASE SAVEPOINT sluice_rows; SAVEPOINT sluice_rows")
      start = end
      holes.removeAll { $0 < end }
    } else {
      try connection.execute("ROLLBACK TO SAVEPOINT sluice_rows")
    }
    sure = end
    if let bound = failing, bound <= end { failing = nil }
    step = failing.map { max(1, ($0 - end) / 2) } ?? max(1, 2 * step)
  }

  /// The record that the server refused; nil where that is not known yet, and less is to be tried.
  private mutating func refused(_ refusal: RowRefusal, _ end: Int) -> Int? {
    if let record = refusal.record {
      failing = nil
      step = min(step, Self.pieceRecords)
      return record
    }
    // A constraint that is checked when all rows are in: halve until the record is alone.
    let unsure = records(sure..<end)
    if unsure.count == 1, unsure[0].count == 1 {
      failing = nil
      step = 1
      return unsure[0].lowerBound
    }
    // What was taken before may be refused now: then none of it is sure.
    if unsure.isEmpty { sure = start }
    failing = end
    step = max(1, (end - sure) / 2)
    return nil
  }

  /// `range` without the refused records.
  private func records(_ range: Range<Int>) -> [Range<Int>] {
    var ranges: [Range<Int>] = []
    var next = range.lowerBound
    for hole in holes where range.contains(hole) {
      if hole > next { ranges.append(next..<hole) }
      next = hole + 1
    }
    if next < range.upperBound { ranges.append(next..<range.upperBound) }
    return ranges
  }
}
