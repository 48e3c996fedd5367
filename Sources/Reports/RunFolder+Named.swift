public import Archive

extension RunFolder {
  /// The folder of a run that a user names.
  /// - Throws: `run.state` where there is none of this id.
  public static func named(_ id: String, in runs: String) throws(RunStateError) -> RunFolder {
    do {
      return try open(id, in: runs)
    } catch {
      throw RunStateError(
        .state, "there is no run of this id", place: "\(runs)/\(id)", remedy: "name the folder of runs with --run-dir",
        cause: error)
    }
  }
}
