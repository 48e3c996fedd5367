public import Archive
internal import FoundationEssentials
internal import Records
public import Reports

/// `rejects/resolved/<dataset>.ndjson`: which records of a reject file were loaded later, and by which run.
public struct ResolvedMarks: Sendable {
  /// A line of the file.
  public struct Mark: Codable {
    public var ordinal: Int64
    public var run: String

    public init(ordinal: Int64, run: String) {
      self.ordinal = ordinal
      self.run = run
    }
  }

  private var runs: [(id: String, ordinals: OrdinalSet)] = []
  /// Lines that are no marks; what they said is not resolved.
  public private(set) var damaged: [RunStateError] = []

  /// The marks of `dataset`; none where there is no such file.
  public init(in folder: RunFolder, dataset: String) throws(ArchiveError) {
    let former = RunLayout.formerlyResolved(of: dataset)
    if try Self.areFormer(in: folder, former) { try read(former, in: folder) }
    try read(RunLayout.resolved(of: dataset), in: folder)
  }

  /// Whether the file `name`, which may hold a dataset's rejects, has marks that an earlier version wrote instead.
  static func areFormer(in folder: RunFolder, _ name: String) throws(ArchiveError) -> Bool {
    guard RunLayout.dataset(ofFormerlyResolved: name) != nil, let reader = try LineReader(in: folder, name: name)
    else { return false }
    // Rejects are at least one; marks may be none.
    return try reader.next().map { Mark(line: $0.bytes) != nil } ?? true
  }

  private mutating func read(_ name: String, in folder: RunFolder) throws(ArchiveError) {
    guard let reader = try LineReader(in: folder, name: name) else { return }
    while let line = try reader.next() {
      if line.isWhole, let mark = Mark(line: line.bytes) {
        insert(mark)
      } else {
        damaged.append(.damagedLine(line.number, of: name))
      }
    }
  }

  /// The run that loaded the record; nil where none did.
  public func run(of ordinal: Int64) -> String? { runs.first { $0.ordinals.contains(ordinal) }?.id }

  private mutating func insert(_ mark: Mark) {
    let place =
      runs.firstIndex { $0.id == mark.run }
      ?? {
        runs.append((mark.run, OrdinalSet()))
        return runs.count - 1
      }()
    runs[place].ordinals.insert(mark.ordinal)
  }
}

extension ResolvedMarks.Mark {
  /// nil for what is no mark.
  init?(line: [UInt8]) {
    guard let mark = try? JSONDecoder().decode(Self.self, from: Data(line)), mark.ordinal.isCount else { return nil }
    self = mark
  }
}

extension RunStateError {
  static func damagedLine(_ number: Int, of file: String) -> RunStateError {
    RunStateError(
      .rejects, "is not what a run wrote", place: "\(file), line \(number)",
      remedy: "compare the file with \(RunLayout.checksums); the source's text is in the backup")
  }
}
