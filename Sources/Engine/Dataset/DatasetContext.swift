internal import Archive
internal import Databases
internal import Extract
internal import PipelineSpec
internal import Platform
internal import Reports

/// One dataset of a run: what was asked for, where its files lie, and whom to tell. All its steps share it.
struct DatasetContext: Sendable {
  /// The run's id.
  let run: String
  let pipeline: Pipeline
  var dataset: Dataset
  var options: RunOptions
  /// The run's; nil for what writes nothing.
  let folder: RunFolder?
  /// RFC 3339: the run's `$now`.
  let instant: String
  /// Which part of the way its records go, and the stage files there.
  var stages = StagePlan.whole
  let patience: RetryPolicy
  let events: RunEvents

  /// The table, as `schema.table`.
  var place: String { dataset.place }

  /// Where files go that are needed for a moment, where the run has no folder of its own for them.
  var temporaryFolder: String { Platform.temporaryFolder(environment: options.environment) }

  /// Where its records can be read again: a pipe cannot, but its backup can.
  var readingSource: DatasetContext {
    var context = self
    context.stages = .whole
    if SourceInput.isPipe(dataset.source.file), let folder, options.backsUp { context.readBackup(in: folder) }
    return context
  }

  /// Takes the backup for the source.
  mutating func readBackup(in folder: RunFolder) {
    dataset.source.file = "\(folder.path)/\(RunLayout.archive(of: dataset.name))"
    dataset.source.directory = nil
  }
}
