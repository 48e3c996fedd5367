/// The folder of a run: the only place that makes the names of its files or takes one apart. All are relative to it.
///
/// A dataset's name may hold dots and never a slash. So two datasets share no file, and what is about a dataset's file lies
/// in a folder of its own: an ending in the same folder could be part of another dataset's name.
public enum RunLayout {
  /// What the run was going to do, with the identities of its sources and no secret.
  public static let plan = "run.json"
  /// The outcome.
  public static let report = "report.json"
  /// How it went: its counters, an object a second.
  public static let events = "events.ndjson"
  /// A line for each frame of the archives that is durable.
  public static let manifest = "manifest.jsonl"
  /// The hash of every other file.
  public static let checksums = "SHA256SUMS"

  /// A file that each dataset has one of.
  public enum Kind: CaseIterable, Sendable {
    /// The source, byte for byte.
    case archive
    /// What extract left.
    case records
    /// What transform or validate left.
    case rows
    /// Rows that publishing deleted.
    case deleted
    /// Records that were set aside.
    case rejects
    /// Which of them were loaded later.
    case resolved

    /// What stands before the dataset's name, and what behind it.
    fileprivate var frame: (folder: String, ending: String) {
      switch self {
      case .archive: (archives + "/", ".json.zst")
      case .records: ("stages/", ".records.ndjson.zst")
      case .rows: ("stages/", ".rows.pgcopy.zst")
      case .deleted: ("deleted/", ".copy.zst")
      case .rejects: ("rejects/", ".ndjson")
      case .resolved: ("rejects/resolved/", ".ndjson")
      }
    }
  }

  /// The folder of archives, of datasets and of folders.
  public static let archives = "backup"

  // MARK: - Making names

  public static func name(_ kind: Kind, of dataset: String) -> String {
    kind.frame.folder + dataset + kind.frame.ending
  }

  public static func archive(of dataset: String) -> String { name(.archive, of: dataset) }
  public static func deleted(of dataset: String) -> String { name(.deleted, of: dataset) }
  public static func rejects(of dataset: String) -> String { name(.rejects, of: dataset) }
  public static func resolved(of dataset: String) -> String { name(.resolved, of: dataset) }

  public static func stage(_ kind: StageHead.Kind, of dataset: String) -> String {
    switch kind {
    case .records: name(.records, of: dataset)
    case .rows: name(.rows, of: dataset)
    }
  }

  /// The archive of a folder of `backup.include`.
  /// - Parameter label: the folder's own name, and what tells it from others of that name.
  static func folderArchive(_ label: String) -> String { "\(archives)/include-\(label).tar.zst" }

  /// The name of `name` until the file is complete.
  public static func partial(_ name: String) -> String { name + PartialFile.suffix }

  // MARK: - Taking names apart

  /// Which dataset's file `name` is, finished or not; nil for any other file.
  public static func parse(_ name: String) -> (kind: Kind, dataset: String)? {
    let whole = isPartial(name) ? String(name.dropLast(PartialFile.suffix.count)) : name
    for kind in Kind.allCases {
      let (folder, ending) = kind.frame
      guard whole.hasPrefix(folder), whole.hasSuffix(ending) else { continue }
      let dataset = whole.dropFirst(folder.count).dropLast(ending.count)
      if !dataset.isEmpty, !dataset.contains("/") { return (kind, String(dataset)) }
    }
    return nil
  }

  /// Whether it lies in the folder of archives.
  static func isArchive(_ name: String) -> Bool { name.hasPrefix(archives + "/") }

  /// Whether a file was not finished.
  public static func isPartial(_ name: String) -> Bool { name.hasSuffix(PartialFile.suffix) }

  // MARK: - Former names

  /// Where runs used to keep `resolved(of:)`. It may be `rejects(of:)` of another dataset: what is in it tells.
  public static func formerlyResolved(of dataset: String) -> String { rejects(of: dataset + formerEnding) }

  /// The dataset of which `name` would be the former marks; nil where it would be none's.
  public static func dataset(ofFormerlyResolved name: String) -> String? {
    guard let (kind, dataset) = parse(name), kind == .rejects, dataset.hasSuffix(formerEnding) else { return nil }
    return String(dataset.dropLast(formerEnding.count))
  }

  private static let formerEnding = ".resolved"
}
