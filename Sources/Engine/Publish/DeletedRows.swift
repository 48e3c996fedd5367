internal import Archive
internal import Databases
internal import Load
internal import PipelineSpec
internal import Postgres
internal import Reports

/// The rows that publishing deletes, as they are kept in the run's folder.
struct DeletedRows {
  private let context: DatasetContext
  private let target: DatabaseTarget
  private var name: String { RunLayout.deleted(of: context.dataset.name) }

  init(_ context: DatasetContext, _ target: DatabaseTarget) {
    self.context = context
    self.target = target
  }

  /// Writes the rows that are to be deleted.
  /// - Parameter count: how many these are.
  func save(_ publication: Publication, _ count: Int, on connection: Connection) throws {
    guard let folder = context.folder else { return }
    let writer = try FrameWriter(
      in: folder, name: name, level: context.pipeline.backup.level, hashesWhole: false, existing: .replace)
    do {
      let saved = try connection.copyOut(publication.deletedRows) { row in _ = try writer.append(row) }
      guard saved == count else {
        throw EngineError(
          .balance, "\(count) rows are to be deleted and \(saved) were saved", place: context.place)
      }
      _ = try writer.finish()
    } catch {
      writer.abandon()
      throw error
    }
  }

  /// Removes the file, where nothing was deleted after all.
  func remove() throws { try context.folder?.remove(name) }

  /// The command that brings back the rows that an earlier attempt deleted; nil where there are none.
  func restoring(on connection: Connection) throws -> String? {
    guard context.dataset.destination.mode.traits.deletesMissing, try context.folder?.hasFile(name) == true,
      let table = try TargetTable.describe(context.dataset.table, on: connection, creating: .none)
    else { return nil }
    return restoring(
      try Publication(run: context.run, of: context.dataset.table, target: table, on: connection), on: connection)
  }

  /// The command that brings them back.
  func restoring(_ publication: Publication, on connection: Connection) -> String? {
    guard let folder = context.folder else { return nil }
    return ShellText.command(["zstd", "-dc", "\(folder.path)/\(name)"]) + " | "
      + ShellText.command(
        (target.local == nil ? ["psql", connection.destination] : ["sluice", "local", "psql"])
          + ["-c", "\\copy \(publication.restoring.text) from stdin"])
  }
}
