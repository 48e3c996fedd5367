/// What the files of a dataset are called in the folder of a run: the only place that makes these names or takes one apart.
///
/// A dataset's name may hold dots and never a slash. So two datasets share no file, and what is about a dataset's file lies
/// in a folder of its own: an ending in the same folder could be part of another dataset's name.
public enum RunLayout {
  private static let rejectsFolder = "rejects/"
  private static let rejectsEnding = ".ndjson"

  /// The source, byte for byte.
  public static func archive(of dataset: String) -> String { "\(Backup.folderName)/\(dataset).json.zst" }

  /// Rows that publishing deleted.
  public static func deleted(of dataset: String) -> String { "deleted/\(dataset).copy.zst" }

  /// What a stage left.
  public static func stage(_ kind: StageHead.Kind, of dataset: String) -> String {
    switch kind {
    case .records: "stages/\(dataset).records.ndjson.zst"
    case .rows: "stages/\(dataset).rows.pgcopy.zst"
    }
  }

  /// Records that were set aside.
  public static func rejects(of dataset: String) -> String { rejectsFolder + dataset + rejectsEnding }

  /// Which of them were loaded later.
  public static func resolved(of dataset: String) -> String { "\(rejectsFolder)resolved/\(dataset)\(rejectsEnding)" }

  /// Where runs used to keep `resolved(of:)`. It may be `rejects(of:)` of another dataset: what is in it tells.
  public static func formerlyResolved(of dataset: String) -> String { rejects(of: dataset + formerEnding) }

  /// The dataset of which `name` would be the former marks; nil where it would be none's.
  public static func dataset(ofFormerlyResolved name: String) -> String? {
    guard let dataset = dataset(ofRejects: name), dataset.hasSuffix(formerEnding) else { return nil }
    return String(dataset.dropLast(formerEnding.count))
  }

  private static let formerEnding = ".resolved"

  /// The dataset whose `rejects(of:)` are in the file `name`, finished or not; nil for any other file.
  public static func dataset(ofRejects name: String) -> String? {
    let whole = isPartial(name) ? String(name.dropLast(PartialFile.suffix.count)) : name
    guard whole.hasPrefix(rejectsFolder), whole.hasSuffix(rejectsEnding) else { return nil }
    let dataset = whole.dropFirst(rejectsFolder.count).dropLast(rejectsEnding.count)
    return dataset.isEmpty || dataset.contains("/") ? nil : String(dataset)
  }

  /// The name of `name` until the file is complete.
  public static func partial(_ name: String) -> String { name + PartialFile.suffix }

  /// Whether a file was not finished.
  public static func isPartial(_ name: String) -> Bool { name.hasSuffix(PartialFile.suffix) }
}
