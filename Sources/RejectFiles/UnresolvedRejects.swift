internal import Archive
internal import Records
public import Reports

/// The rejects of a dataset that no run loaded since, in the order of the source.
///
/// A reject file has the records that stages refused slice by slice, and behind them those that the server refused. Both
/// parts are read side by side, a slice of each in memory.
public struct UnresolvedRejects {
  private var stages: Part
  private var server: Part

  public init(_ file: RejectFile, sliceBytes: Int64) throws {
    stages = Part(try file.open(), sliceBytes) { $0 != .load }
    server = Part(try file.open(), sliceBytes) { $0 == .load }
  }

  /// The next one; nil behind the last.
  /// - Throws: `run.rejects` when a line is damaged.
  public mutating func next() throws -> Reject? {
    switch (try stages.first(), try server.first()) {
    case (nil, nil): nil
    case (let first?, let second?) where second.ordinal < first.ordinal: server.take()
    case (nil, _?): server.take()
    case (_?, _): stages.take()
    }
  }

  /// Those of one part.
  private struct Part {
    private let reader: RejectReader
    private let sliceBytes: Int64
    private let belongs: (Stage) -> Bool
    /// Of one slice, the last one first.
    private var slice: [Reject] = []
    /// The first of the slice behind.
    private var ahead: Reject?
    private var isAtEnd = false

    init(_ reader: RejectReader, _ sliceBytes: Int64, _ belongs: @escaping (Stage) -> Bool) {
      self.reader = reader
      self.sliceBytes = sliceBytes
      self.belongs = belongs
    }

    mutating func first() throws -> Reject? {
      if slice.isEmpty { try fill() }
      return slice.last
    }

    mutating func take() -> Reject? { slice.popLast() }

    private mutating func fill() throws {
      var found = [ahead].compactMap(\.self)
      ahead = nil
      while !isAtEnd, let next = try read() {
        guard let first = found.first else {
          found.append(next)
          continue
        }
        let (place, other) = (first.offset / sliceBytes, next.offset / sliceBytes)
        guard place <= other else {
          throw RunStateError(
            .rejects, "record \(next.ordinal) is not where a run would have written it", place: "the reject file",
            remedy: "compare the file with \(RunLayout.checksums)")
        }
        if place < other {
          ahead = next
          break
        }
        found.append(next)
      }
      slice = found.sorted { $0.ordinal > $1.ordinal }
    }

    private mutating func read() throws -> Reject? {
      while let line = try reader.next() {
        switch line {
        case .damaged(let error): throw error
        case .reject(let reject, nil) where belongs(reject.stage): return reject
        case .reject: continue
        }
      }
      isAtEnd = true
      return nil
    }
  }
}
