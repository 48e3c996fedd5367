import Archive
import ArgumentParser
import Records

struct BackupCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "backup",
    abstract: "The archives that runs wrote: what there is, whether it is whole, and the source back from it.",
    discussion: """
      Every archive is plain zstd: `zstd -d` restores it and `sha256sum -c SHA256SUMS` checks it without Sluice.

      EXAMPLES
        sluice backup list
        sluice backup verify 20261123T051200Z-3fa9c1
        sluice backup restore 20261123T051200Z-3fa9c1 --dataset events --output events.json
        sluice backup restore 20261123T051200Z-3fa9c1 --dataset events --output - | jq .

      \(ExitText.all)
      """,
    subcommands: [List.self, Verify.self, Restore.self])

  struct RunFolderOptions: ParsableArguments {
    @Argument(help: "The run's id.")
    var run: String

    @Option(name: .long, help: ArgumentHelp("Where the folders of runs are.", valueName: "dir"))
    var runDir = "runs"

    @OptionGroup var output: OutputOptions

    func open() throws -> RunFolder {
      do {
        return try RunFolder.open(run, in: runDir)
      } catch {
        throw output.failed(error)
      }
    }
  }

  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "The archives of every run.")
    @Option(name: .long, help: ArgumentHelp("Where the folders of runs are.", valueName: "dir"))
    var runDir = "runs"
    @OptionGroup var output: OutputOptions

    func run() throws {
      do {
        for listing in try Backup.list(in: runDir) {
          Console.out(listing.run + (listing.problem.map { "  incomplete: \($0)" } ?? ""))
          for archive in listing.archives {
            Console.out(
              "  \(archive.archive)  \(Figures.bytes(archive.bytes)) in \(Figures.bytes(archive.packedBytes)), "
                + "\(archive.frames) frames")
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
      let report: BackupReport
      let sums: [ArchiveError]
      let run = try folder.open()
      do {
        report = try Backup.verify(run)
        sums = try run.hasFile(Checksums.name) ? Checksums.verify(in: run) : []
      } catch {
        throw folder.output.failed(error)
      }
      for archive in report.archives {
        Console.out(
          "\(archive.name): \(archive.sound) of \(archive.frames) frames sound, \(Figures.bytes(archive.bytes))")
      }
      for problem in report.problems { Console.error(Console.safe("damaged: \(problem)")) }
      let named = Set(report.problems.compactMap(\.file))
      let others = sums.filter { !named.contains($0.file ?? "") }
      for problem in others { Console.error(Console.safe("damaged: \(problem)")) }
      guard report.verdict == .passed, others.isEmpty else {
        if report.verdict == .nothing { Console.error("nothing to verify: the run has no archives") }
        throw End(status: .integrity)
      }
      Console.out("verified: every frame, the manifest's chain and SHA256SUMS")
    }
  }

  struct Restore: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Write a dataset's source back, byte for byte, verified as it goes.")
    @OptionGroup var folder: RunFolderOptions

    @Option(
      name: .long, help: ArgumentHelp("Which dataset's source; needed when there are several.", valueName: "name"))
    var dataset: String?

    @Option(name: [.long, .short], help: ArgumentHelp("Where to; '-' for standard output.", valueName: "file"))
    var output: String

    @Flag(name: .long, help: "Replace the file when it is there.")
    var force = false

    func run() throws {
      let run = try folder.open()
      do {
        let name = try archive(in: run)
        let existing: Existing = force ? .replace : .refuse
        let summary = try Backup.restore(
          name, of: run, to: output == "-" ? .descriptor(1) : .file(output, existing: existing))
        if output != "-", !folder.output.quiet {
          Console.error("\(name): \(Figures.bytes(summary.bytes)) restored to \(output), hashes verified")
        }
      } catch let end as End {
        throw end
      } catch {
        throw folder.output.failed(error)
      }
    }

    private func archive(in run: RunFolder) throws -> String {
      if let dataset { return dataset.contains("/") ? dataset : "backup/\(dataset).json.zst" }
      let names = try Manifest.read(in: run).archives.map(\.name)
      if names.count == 1 { return names[0] }
      Console.error("error: the run has several archives; name one with --dataset: " + names.joined(separator: ", "))
      throw End(status: .usage)
    }
  }
}
