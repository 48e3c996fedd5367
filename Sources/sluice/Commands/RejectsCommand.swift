import ArgumentParser
import Logging
import Records
import RejectFiles
import Reports

struct RejectsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rejects",
    abstract: "The records that a run set aside: how many, why, their text; and loading them once they are corrected.",
    discussion: """
      EXAMPLES
        sluice rejects list 20261123T051200Z-3fa9c1
        sluice rejects show 20261123T051200Z-3fa9c1 --dataset events --limit 5
        sluice rejects show 20261123T051200Z-3fa9c1 --raw | jq .id
        sluice explain type.int4
        sluice rejects replay 20261123T051200Z-3fa9c1
      """,
    subcommands: [List.self, Show.self, Replay.self])

  struct Selection: ParsableArguments {
    @Argument(help: "The run's id.", completion: Completion.run)
    var run: String

    @Option(name: .long, help: ArgumentHelp("Only of this dataset.", valueName: "name"))
    var dataset: String?

    @Option(name: .long, help: ArgumentHelp("Where the folders of runs are.", valueName: "dir"), completion: .directory)
    var runDir = ShellText.usualRunFolder

    @OptionGroup var output: OutputOptions

    func files() throws -> [RejectFile] {
      let files = try RejectFile.all(ofRun: run, in: runDir)
      guard let dataset else { return files }
      let chosen = files.filter { $0.dataset == dataset }
      guard chosen.isEmpty else { return chosen }
      let others = files.map(\.dataset).joined(separator: ", ")
      throw WrongCall(
        message: "run \(run) set no record of dataset \(dataset) aside",
        remedy: others.isEmpty ? "nor of any other dataset" : "it did of " + others)
    }

    /// Tells of a damaged line.
    func tell(_ error: RunStateError) { _ = output.failed(error) }

    /// Runs `body`, which counts the lines that are damaged.
    func perform(_ body: () throws -> Int) throws {
      let damaged: Int
      do { damaged = try body() } catch let end as End { throw end } catch { throw output.failed(error) }
      if damaged > 0 { throw End(status: .storage) }
    }
  }

  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "How many records of each dataset, by stage and rule, and how many of them were loaded later.")
    @OptionGroup var selection: Selection

    func run() throws {
      try selection.perform {
        let files = try selection.files()
        if files.isEmpty, !selection.output.json { try Console.out("no record was set aside") }
        var damaged = 0
        for file in files {
          let summary = try file.summary()
          if selection.output.json {
            for group in summary.groups { try JSONOutput.writeLine(ListedRejects(summary, group)) }
          } else {
            try Console.out(RejectText.of(summary))
          }
          for error in summary.damaged { selection.tell(error) }
          damaged += summary.damaged.count
        }
        return damaged
      }
    }
  }

  struct Show: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "The records with place, reason and text.",
      discussion: "Control characters are shown as escapes, and long records cut, but for --raw and --json.")
    @OptionGroup var selection: Selection

    @Option(
      name: .long,
      help: ArgumentHelp("How many at most (20; with --raw, --json or --record all).", valueName: "n"))
    var limit: Int?

    @Option(
      name: .long, help: ArgumentHelp("Only the record of this place in the source, from 0.", valueName: "ordinal"))
    var record: Int64?

    @Flag(name: .long, help: "Only records that were not loaded later.")
    var unresolved = false

    @Flag(name: .long, help: "The records' own bytes and nothing else, each followed by a line feed.")
    var raw = false

    func validate() throws {
      if raw, selection.output.json { throw ValidationError("--raw and --json are two forms of the same output") }
      if let limit, limit < 1 { throw ValidationError("--limit must be 1 or more") }
    }

    func run() throws {
      try selection.perform {
        let form: RejectPrinter.Form = raw ? .raw : selection.output.json ? .json : .text
        let most = limit ?? (form == .text && record == nil ? 20 : .max)
        var printer = RejectPrinter(form: form, limit: most, tell: selection.tell)
        for file in try selection.files() where !printer.isDone {
          let reader = try file.open()
          while !printer.isDone, let line = try reader.next() {
            if isWanted(line) { try printer.print(line, dataset: file.dataset) }
          }
          if printer.isDone { continue }
          let logger = selection.output.logger
          if file.isUnfinished { logger.notice("\(RejectText.unfinished(file.dataset))") }
          if file.isCut { logger.notice("\(RejectText.cut(file.dataset))") }
        }
        return try finish(printer)
      }
    }

    private func isWanted(_ line: RejectReader.Line) -> Bool {
      guard case .reject(let reject, let run) = line else { return true }
      return (record == nil || record == reject.ordinal) && !(unresolved && run != nil)
    }

    private func finish(_ printer: RejectPrinter) throws -> Int {
      let isEmpty = printer.printed + printer.damaged + printer.withoutText == 0
      if let record, isEmpty {
        throw WrongCall(
          message: "record \(record) (counted from 0) was not set aside", remedy: "sluice rejects show lists them")
      }
      if isEmpty { selection.output.logger.notice("no record \(unresolved ? "is unresolved" : "was set aside")") }
      if printer.hasMore, limit == nil {
        selection.output.logger.notice("the first \(printer.printed); --limit shows more")
      }
      if printer.withoutText > 0 {
        let count = printer.withoutText
        let records = count == 1 ? "1 record has" : "\(Figures.grouped(count)) records have"
        selection.tell(RunStateError(.rejects, "\(records) no text: the source was a pipe, read without a backup"))
      }
      return printer.damaged + printer.withoutText
    }
  }
}
