/// The results as a table to be kept.
public struct ResultTable {
  /// What stands above the table: date, machine, seed.
  public var facts: [(String, String)]
  public var results: [CaseResult]

  public init(facts: [(String, String)], results: [CaseResult]) {
    self.facts = facts
    self.results = results
  }

  public var markdown: String {
    var lines = ["# Faults provoked", "", "| | |", "| --- | --- |"]
    lines += facts.map { "| \($0.0) | \($0.1) |" }
    let tries = results.reduce(0) { $0 + $1.tries }
    let failures = results.reduce(0) { $0 + $1.failures }
    lines += ["", "**\(tries) tries, \(failures) failed.**", ""]
    lines += ["| case | fault | expected | tries | seeds | result | counted | peak MiB | s |"]
    lines += ["| --- | --- | --- | --: | --- | --- | --- | --: | --: |"]
    lines += results.map {
      "| \($0.id) | \($0.fault) | \($0.expected) | \($0.tries) | \($0.seeds) | \($0.outcome) | \($0.notes)"
        + " | \($0.peakBytes >> 20) | \(Int($0.seconds)) |"
    }
    return lines.joined(separator: "\n") + "\n"
  }
}
