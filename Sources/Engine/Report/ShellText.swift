internal import Records

/// Commands as a user can paste them.
enum ShellText {
  /// The words, and the folder of runs where it is not the default.
  static func command(_ words: [String], _ options: RunOptions = RunOptions()) -> String {
    let folder = options.runFolder == RunOptions().runFolder ? [] : ["--run-dir", options.runFolder]
    return (words + folder).map(\.asShellWord).joined(separator: " ")
  }
}
