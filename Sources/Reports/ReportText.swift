public import FoundationEssentials
internal import Records

/// Reports and plans as JSON.
public enum ReportText {
  /// - Parameter what: names the value in the error.
  public static func json(
    _ value: some Encodable, _ what: String, _ formatting: JSONEncoder.OutputFormatting = []
  ) throws(RunStateError) -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = formatting
    do {
      return String(decoding: try encoder.encode(value), as: UTF8.self)
    } catch {
      throw RunStateError(
        .report, "it cannot be written as JSON: \(error)", place: what,
        remedy: "keep the run's folder and report this; the ledger has what is committed", cause: error)
    }
  }

  /// As it lies in a file of the run's folder, with nothing in it that a terminal would obey.
  public static func file(_ value: some Encodable, _ what: String) throws(RunStateError) -> String {
    try json(value, what, [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]).visibleJSON + "\n"
  }
}
