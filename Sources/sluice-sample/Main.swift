public import ArgumentParser
public import SampleData

@main struct SluiceSample: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sluice-sample",
    abstract: "Write made-up analytics events as JSON: the same seed gives the same bytes.")

  @Option(help: "How many events; about 460 bytes each.")
  var records = 1_000_000

  @Option(help: "Another seed gives other events.")
  var seed: UInt64 = 1

  @Option(help: "array, ndjson, or wrapped: the array at /data/events of an object.")
  var form = SampleEvents.Form.array

  @Flag(help: "Break lines and indent; not with ndjson.")
  var pretty = false

  @Option(name: .shortAndLong, help: "The file to write; - is standard output.")
  var output = "-"

  func validate() throws {
    guard records >= 0 else { throw ValidationError("--records cannot be negative") }
    guard !(pretty && form == .ndjson) else { throw ValidationError("--pretty would break the lines of ndjson") }
  }

  func run() throws {
    let sample = SampleEvents(count: records, seed: seed, form: form, isPretty: pretty)
    var file = try OutputFile(path: output)
    try sample.write { (bytes) throws(OutputError) in try file.append(bytes) }
    try file.finish()
  }
}

extension SampleEvents.Form: ExpressibleByArgument {}
