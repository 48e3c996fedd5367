import ArgumentParser
import Engine

/// How far a run may go with the rows of its tables.
struct ModeOptions: ParsableArguments {
  @Option(
    name: .long,
    help: ArgumentHelp(
      "How many rows 'sync' may delete: a number, or a share of the table's (20%).", valueName: "n|n%"),
    transform: RunLimit.parsed)
  var maxDelete: RunLimit?

  @Flag(name: .long, help: "Let 'sync' delete whatever the source does not have, and rows of records set aside.")
  var yes = false

  @Flag(name: .long, help: "Load into UNLOGGED tables, which a crash of the server empties.")
  var allowUnlogged = false

  @Flag(name: .long, help: "Load although a publication sends the tables of schema 'sluice' to subscribers.")
  var allowPublished = false

  func change(_ options: inout RunOptions) {
    if let maxDelete { options.maxDelete = maxDelete }
    options.isConfirmed = yes
    if allowUnlogged { options.allowsUnlogged = true }
    if allowPublished { options.allowsPublished = true }
  }
}
