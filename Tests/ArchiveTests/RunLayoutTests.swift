import Testing

@testable import Archive

@Suite("Names of a run's files") struct RunLayoutTests {
  private static let kinds: [@Sendable (String) -> String] = [
    RunLayout.archive, RunLayout.deleted, RunLayout.rejects, RunLayout.resolved,
    { RunLayout.stage(.records, of: $0) }, { RunLayout.stage(.rows, of: $0) },
  ]

  /// Names of `[A-Za-z0-9][A-Za-z0-9_.-]*`, among them such as end like files.
  private static func datasets() -> Set<String> {
    var random = SystemRandomNumberGenerator()
    let alphabet = Array("ABCXYZabcxyz0189_.-")
    let parts = [
      "a", "b", ".resolved", "resolved", ".ndjson", ".partial", ".json.zst", ".records", ".rows.pgcopy.zst", ".",
    ]
    var names: Set<String> = []
    while names.count < 2000 {
      let first = alphabet.filter { $0.isLetter || $0.isNumber }.randomElement(using: &random) ?? "a"
      let count = Int.random(in: 0...4, using: &random)
      let rest = (0..<count).map { _ in
        Bool.random(using: &random)
          ? String(alphabet.randomElement() ?? "a") : parts.randomElement(using: &random) ?? ""
      }
      names.insert(String(first) + rest.joined())
    }
    return names
  }

  @Test("are another one for each dataset and kind, also while they are partial, and lie in the run's folder")
  func distinct() throws {
    let datasets = Self.datasets()
    var owners: [String: String] = [:]
    for dataset in datasets {
      for (kind, name) in Self.kinds.enumerated() {
        let name = name(dataset)
        for name in [name, RunLayout.partial(name)] {
          let owner = owners.updateValue("\(kind) of \(dataset)", forKey: name)
          #expect(owner == nil, "\(name) is \(kind) of \(dataset), too")
          #expect(throws: Never.self) { try FileName(name) }
        }
      }
    }
  }

  @Test("lead back to the dataset whose rejects they hold, and to none for any other file")
  func rejects() {
    for dataset in Self.datasets() {
      let name = RunLayout.rejects(of: dataset)
      #expect(RunLayout.dataset(ofRejects: name) == dataset)
      #expect(RunLayout.dataset(ofRejects: RunLayout.partial(name)) == dataset)
      #expect(RunLayout.dataset(ofFormerlyResolved: RunLayout.formerlyResolved(of: dataset)) == dataset)
      for other in Self.kinds.map({ $0(dataset) }) where other != name {
        #expect(RunLayout.dataset(ofRejects: other) == nil)
      }
    }
  }
}
