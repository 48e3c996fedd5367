internal import Records

/// Commands as a user can paste them.
public enum ShellText {
  /// Where the folders of runs are, unless a user says otherwise.
  public static let usualRunFolder = "runs"

  /// The words, and the folder of runs where it is not the usual one.
  public static func command(_ words: [String], in runs: String = usualRunFolder) -> String {
    let folder = runs == usualRunFolder ? [] : ["--run-dir", runs]
    return (words + folder).map(\.asShellWord).joined(separator: " ")
  }
}
