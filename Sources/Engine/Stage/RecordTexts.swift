internal import Archive
internal import Extract
internal import PipelineSpec
internal import Records

/// Gives rejections of rows from a stage file the text and the line of their record: from the run's backup, else from its
/// file of records, else from the source, as long as it is the same file.
struct RecordTexts {
  private let head: StageHead
  private let dataset: Dataset
  private let folder: RunFolder?
  private var isOpen = false
  private var fetcher: RecordFetcher?
  private var records: SavedTexts?

  /// - Parameter head: of the file that the rows come from.
  init(_ head: StageHead, _ dataset: Dataset, _ folder: RunFolder?) {
    self.head = head
    self.dataset = dataset
    self.folder = folder
  }

  private mutating func open() throws {
    isOpen = true
    if let folder, folder.id == head.run {
      if try folder.hasFile(RunLayout.archive(of: dataset.name)) {
        fetcher = try RecordFetcher(dataset: dataset, folder: folder, hasBackup: true)
        return
      }
      if try folder.hasFile(RunLayout.stage(.records, of: dataset.name)) {
        records = SavedTexts(try RecordsFileReader(StageFile.kept(.records, of: dataset.name, in: folder).open()))
        return
      }
    }
    guard let source = head.source, let identity = SourceIdentity(ofFileAt: source.path),
      StageHead.Source(identity) == source
    else { return }
    var unmoved = dataset.source
    unmoved.file = source.path
    // The file says where its source lay; what it says is not followed out of the pipeline's directory.
    do { fetcher = try RecordFetcher(source: unmoved) } catch let error as ExtractError where error.kind == .outside {}
  }

  /// Fills in what is missing. Calls must follow the order of the source.
  mutating func complete(_ rejections: inout [Rejection]) throws {
    let missing = rejections.indices.filter { rejections[$0].raw == nil }
    if !missing.isEmpty, !isOpen { try open() }
    for i in missing.sorted(by: { rejections[$0].position.offset < rejections[$1].position.offset }) {
      guard let (raw, line) = try text(of: rejections[i].position) else { continue }
      rejections[i].raw = raw
      rejections[i].line = line
    }
  }

  private mutating func text(of position: SourcePosition) throws -> (raw: [UInt8], line: Int64)? {
    if let text = try fetcher?.fetch(position) { return text }
    return try records?.fetch(position)
  }
}

/// Single records of a file of records, in its order.
private struct SavedTexts {
  private let reader: RecordsFileReader
  private var saved: SavedRecords?

  init(_ reader: RecordsFileReader) { self.reader = reader }

  mutating func fetch(_ position: SourcePosition) throws -> (raw: [UInt8], line: Int64)? {
    while true {
      if let saved, let i = saved.places.firstIndex(where: { $0.ordinal == position.ordinal }) {
        return (Array(saved.bytes[saved.range(of: i)]), saved.places[i].line)
      }
      guard let next = try reader.next() else { return nil }
      saved = next
    }
  }
}
