internal import Archive
internal import FoundationEssentials
internal import Records
public import Reports

/// The records of one dataset that a run set aside, `rejects/<dataset>.ndjson`, also while the run is unfinished.
public struct RejectFile: Sendable {
  public let dataset: String
  /// The run has not finished the file: more may come.
  public let isUnfinished: Bool
  /// The run ended before it had read the whole source: the file is about what it read.
  public let isCut: Bool
  /// Under its name, under its partial name, or, of a run that was resumed, under both.
  private let names: [String]
  private let folder: RunFolder

  /// The reject files of a run, in the order of the datasets' names.
  /// - Throws: `run.state` when there is no such run.
  public static func all(ofRun run: String, in runs: String) throws -> [RejectFile] {
    let folder = try RunFolder.named(run, in: runs)
    var names: [String: [String]] = [:]
    for name in try folder.files() {
      guard case (.rejects, let dataset)? = RunLayout.parse(name), try !ResolvedMarks.areFormer(in: folder, name) else {
        continue
      }
      names[dataset, default: []].append(name)
    }
    let report = try? Report(in: folder)
    return names.sorted { $0.key < $1.key }.map { dataset, names in
      RejectFile(
        dataset: dataset, isUnfinished: names.contains(where: RunLayout.isPartial),
        isCut: report?.cut(dataset) ?? false, names: names, folder: folder)
    }
  }

  /// Reads it from the beginning.
  public func open() throws -> RejectReader {
    try RejectReader(names, in: folder, marks: ResolvedMarks(in: folder, dataset: dataset))
  }
}

/// Reads a reject file line by line, whatever its size. One owner at a time, whose thread it may block.
public final class RejectReader {
  public enum Line: Sendable {
    /// - Parameter resolvedBy: the run that loaded it later.
    case reject(Reject, resolvedBy: String?)
    /// A line that cannot be understood, named by its number: a record was set aside, and which one is not known.
    case damaged(RunStateError)
  }

  private let folder: RunFolder
  private let marks: ResolvedMarks
  private let decoder = JSONDecoder()
  private var damagedMarks: ArraySlice<RunStateError>
  private var names: ArraySlice<String>
  private var current: LineReader?

  fileprivate init(_ names: [String], in folder: RunFolder, marks: ResolvedMarks) throws {
    self.folder = folder
    self.marks = marks
    self.names = names[...]
    damagedMarks = marks.damaged[...]
  }

  /// The next line; nil behind the last one. A last line that an unfinished run has not written whole is left out.
  /// - Throws: also when the task is cancelled.
  public func next() throws -> Line? {
    try Task.checkCancellation()
    if let error = damagedMarks.popFirst() { return .damaged(error) }
    while let name = names.first {
      if current == nil { current = try LineReader(in: folder, name: name) }
      guard let line = try current?.next(), line.isWhole || !RunLayout.isPartial(name) else {
        current = nil
        names.removeFirst()
        continue
      }
      guard line.isWhole, let reject = try? decoder.decode(Reject.self, from: Data(line.bytes)), reject.isPlausible
      else { return .damaged(.damagedLine(line.number, of: name)) }
      return .reject(reject, resolvedBy: marks.run(of: reject.ordinal))
    }
    return nil
  }
}

extension Report {
  /// Whether the run ended before it had read the whole source of a dataset. Only then are the slices known to add up to it.
  fileprivate func cut(_ dataset: String) -> Bool {
    (outcome == .failed || outcome == .interrupted)
      && datasets.first { $0.dataset == dataset }.map { $0.parity == nil } ?? false
  }
}
