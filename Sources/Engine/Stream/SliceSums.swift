internal import Archive
internal import Load
internal import Records

/// SHA-256 of the bytes that each slice covers, taken as they are read, and compared with those that the ledger has: another
/// source is not to be taken for another table.
struct SliceSums: ~Copyable {
  private let sources: Ledger.Sources
  private let sliceBytes: Int64
  private let file: String
  /// Of slices whose bytes are all there, in their order, and that are not closed yet.
  private var whole: [SHA256Sum] = []
  private var hash = RunningSHA256()
  /// Bytes of the slice that `hash` has not seen.
  private var room: Int64
  private var closed = 0

  /// - Parameter file: what messages name.
  init(_ sources: Ledger.Sources, _ sliceBytes: Int64, file: String) {
    self.sources = sources
    self.sliceBytes = sliceBytes
    self.file = file
    room = sliceBytes
  }

  /// Adds what no chunk before this one held.
  mutating func add(_ chunk: Chunk) {
    var rest = chunk.fresh
    while !rest.isEmpty {
      let count = Int(min(Int64(rest.count), room))
      hash.update(UnsafeRawBufferPointer(rebasing: chunk.bytes[rest.prefix(count)]))
      rest = rest.dropFirst(count)
      room -= Int64(count)
      if room == 0 {
        whole.append(hash.sum)
        hash = RunningSHA256()
        room = sliceBytes
      }
    }
  }

  /// The sum of the next slice. All of it was added, or the source has ended inside it.
  /// - Throws: `run.otherSource`
  mutating func close(_ slice: Int) throws(EngineError) -> String {
    let sum = (whole.isEmpty ? hash.sum : whole.removeFirst()).description
    closed = slice + 1
    if let known = sources.slices[slice] {
      guard known.sha256 == sum else {
        throw other(
          "bytes \(known.range.lowerBound) to \(known.range.upperBound) (slice \(slice)) are not those that it read")
      }
    } else if sources.areComplete, !sources.slices.isEmpty {
      throw other("it has more than the \(Int64(slice) * sliceBytes) bytes that it read")
    }
    return sum
  }

  /// Looks once more when everything was read.
  /// - Throws: `run.otherSource`
  func finish() throws(EngineError) {
    if let last = sources.slices.keys.max(), last >= closed, let known = sources.slices[last] {
      throw other("it ends before byte \(known.range.upperBound), up to which it read")
    }
  }

  private func other(_ what: String) -> EngineError {
    EngineError(
      .otherSource, "the source is another one than the run read: \(what)", place: file,
      remedy: "put the file back that the run read (sluice backup restore has it), or start a new run")
  }
}
