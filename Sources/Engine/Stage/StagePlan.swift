internal import Archive
internal import Records
internal import Transform

/// Which part of the way from source to table a stream goes, and which stage files it reads and writes there.
struct StagePlan: Sendable {
  /// The last stage of the way.
  var last = Stage.verify
  /// The first one.
  var first = Stage.extract
  /// What the first stage reads; nil: the source.
  var input: StageSource?
  /// Written after extract.
  var records: StageFile?
  /// Written after the last of transform and validate.
  var rows: StageFile?

  /// Everything, and no file.
  static var whole: StagePlan { StagePlan() }

  func includes(_ stage: Stage) -> Bool { !stage.isBefore(first) && !last.isBefore(stage) }

  /// The stage after which rows are written.
  var rowsStage: Stage { last == .transform ? .transform : .validate }
}
