import Archive
import ArgumentParser
import Engine
import Foundation
import Logging
import Records
import Reports

struct BackupCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "backup",
    abstract: "The archives that runs wrote: what there is, whether it is whole, and the source back from it.",
    discussion: """
      Every archive is plain zstd: `zstd -d` restores it and `sha256sum -c SHA256SUMS` checks it without Sluice.

      EXAMPLES
        sluice backup list
        sluice backup verify 20261123T051200Z-3fa9c1
        sluice backup restore 20261123T051200Z-3fa9c1 --output events.json
        sluice backup restore 20261123T051200Z-3fa9c1 --output - | jq .
      """,
    subcommands: [List.self, Verify.self, Restore.self])

  struct RunFolderOptions: ParsableArguments {
    @Argument(help: "The run's id.", completion: Completion.run)
    var run: String

    @Option(name: .long, help: ArgumentHelp("Where the folders of runs are.", valueName: "dir"), completion: .directory)
    var runDir = ShellText.usualRunFolder

    @OptionGroup var output: OutputOptions

    func open() throws -> RunFolder {
      do {
        return try RunFolder.named(run, in: runDir)
      } catch {
        throw output.failed(error)
      }
    }
  }

  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "The archives of every run.")
    @Option(name: .long, help: ArgumentHelp("Where the folders of runs are.", valueName: "dir"), completion: .directory)
    var runDir = ShellText.usualRunFolder
    @OptionGroup var output: OutputOptions

    /// The newest run last, as `status` does.
    func run() throws {
      do {
        let listings = try Backup.list(in: runDir)
          .map { (began: RunStatus.began($0.run, in: runDir), listing: $0) }
          .sorted { ($0.began, $0.listing.run) < ($1.began, $1.listing.run) }
          .map(\.listing)
        if output.json { return try JSONOutput.write(listings.map(ListedRun.init)) }
        if listings.isEmpty { try Console.out("no backups in \(runDir)") }
        for listing in listings {
          try Console.out("\(listing.run)\(listing.problem.map { "  incomplete: \($0)" } ?? "")")
          for archive in listing.archives {
            try Console.out(
              "  \(archive.archive)  \(Figures.bytes(archive.bytes)) in \(Figures.bytes(archive.packedBytes)), \(archive.frames) frames"
            )
          }
        }
      } catch {
        throw output.failed(error)
      }
    }
  }

  struct Verify: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Read every archive of a run, and name each frame that is damaged.")
    @OptionGroup var folder: RunFolderOptions

    func run() throws {
      let result: CheckedRun
      let run = try folder.open()
      do {
        result = CheckedRun(folder.run, try Backup.verify(run), sums: try sums(of: run))
        if folder.output.json { try JSONOutput.write(result) } else { try tell(result) }
      } catch {
        throw folder.output.failed(error)
      }
      if result.verdict != .passed { throw End(status: .integrity) }
    }

    /// What does not match `SHA256SUMS`; that there is no such list is a finding too.
    private func sums(of run: RunFolder) throws -> [ArchiveError] {
      do { return try Checksums.verify(in: run) } catch let error as ArchiveError { return [error] }
    }

    private func tell(_ result: CheckedRun) throws(LostOutput) {
      for archive in result.archives {
        try Console.out(
          "\(archive.archive): \(archive.sound) of \(archive.frames) frames sound, \(Figures.bytes(archive.bytes))")
      }
      for problem in result.found { _ = folder.output.failed(problem) }
      switch result.verdict {
      case .passed: try Console.out("verified: every frame, the manifest's chain and \(RunLayout.checksums)")
      case .nothing: _ = folder.output.failed(ArchiveError.noArchives(of: result.run))
      case .failed: break
      }
    }
  }

  struct Restore: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Write a dataset's source back, byte for byte, verified as it goes.")
    @OptionGroup var folder: RunFolderOptions

    @Option(
      name: .long, help: ArgumentHelp("Which dataset's source; needed when there are several.", valueName: "name"))
    var dataset: String?

    @Option(
      name: [.long, .short], help: ArgumentHelp("Where to; '-' for standard output.", valueName: "file"),
      completion: .file())
    var output: String

    @Flag(name: .long, help: "Replace the file when it is there.")
    var force = false

    func validate() throws {
      if output == "-", folder.output.json { throw ValidationError("--json and --output - are both standard output") }
    }

    func run() throws {
      let run = try folder.open()
      do {
        let name = try archive(in: run)
        let existing: Existing = force ? .replace : .refuse
        let summary = try Backup.restore(
          name, of: run, to: output == "-" ? .descriptor(1) : .file(output, existing: existing))
        if folder.output.json { return try JSONOutput.write(ListedArchive(summary)) }
        if output != "-" {
          folder.output.logger.notice(
            "\(name): \(Figures.bytes(summary.bytes)) restored to \(output), hashes verified")
        }
      } catch let error as ArchiveError where error.number == EPIPE && output == "-" {
        // Its reader wanted no more.
      } catch let error as ArchiveError where error.kind == .exists {
        throw folder.output.failed(FileInTheWay(path: output))
      } catch {
        throw folder.output.failed(error)
      }
    }

    private func archive(in run: RunFolder) throws -> String {
      if let dataset { return dataset.contains("/") ? dataset : RunLayout.archive(of: dataset) }
      let names = try Manifest.read(in: run).archives.map(\.name)
      if names.count == 1 { return names[0] }
      throw WrongCall(
        message: "the run has several archives", remedy: "name one with --dataset: " + names.joined(separator: ", "))
    }
  }
}

/// A file that is not overwritten unless that is asked for.
private struct FileInTheWay: ReportableError {
  let path: String

  var code: String { "archive.exists" }
  var message: String { "is there already" }
  var place: String? { path }
  var remedy: String? { "name another file, or replace this one with --force" }
  var exitStatus: Records.ExitStatus { .refused }
}
