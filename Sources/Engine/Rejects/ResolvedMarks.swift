internal import Archive
internal import FoundationEssentials
internal import Records

/// `rejects/<dataset>.resolved.ndjson`: which records of a reject file were loaded later, and by which run.
struct ResolvedMarks: Sendable {
  /// A line of the file.
  struct Mark: Codable {
    var ordinal: Int64
    var run: String
  }

  static func name(dataset: String) -> String { "rejects/\(dataset).resolved.ndjson" }

  private var runs: [(id: String, ordinals: OrdinalSet)] = []
  /// Lines that are no marks; what they said is not resolved.
  private(set) var damaged: [EngineError] = []

  /// The marks of `dataset`; none where there is no such file.
  init(in folder: RunFolder, dataset: String) throws(ArchiveError) {
    let name = Self.name(dataset: dataset)
    guard let reader = try LineReader(in: folder, name: name) else { return }
    let decoder = JSONDecoder()
    while let line = try reader.next() {
      if line.isWhole, let mark = try? decoder.decode(Mark.self, from: Data(line.bytes)), mark.ordinal.isCount {
        insert(mark)
      } else {
        damaged.append(.damagedLine(line.number, of: name))
      }
    }
  }

  /// The run that loaded the record; nil where none did.
  func run(of ordinal: Int64) -> String? { runs.first { $0.ordinals.contains(ordinal) }?.id }

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

extension EngineError {
  static func damagedLine(_ number: Int, of file: String) -> EngineError {
    EngineError(
      .rejects, "is not what a run wrote", place: "\(file), line \(number)",
      remedy: "compare the file with SHA256SUMS; the source's text is in the backup")
  }
}
