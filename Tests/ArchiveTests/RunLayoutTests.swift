import Testing

@testable import Archive

@Suite("Names of a run's files") struct RunLayoutTests {
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
      for kind in RunLayout.Kind.allCases {
        let name = RunLayout.name(kind, of: dataset)
        for name in [name, RunLayout.partial(name)] {
          let owner = owners.updateValue("\(kind) of \(dataset)", forKey: name)
          #expect(owner == nil, "\(name) is \(kind) of \(dataset), too")
          #expect(throws: Never.self) { try FileName(name) }
        }
      }
    }
  }

  @Test("lead back to their dataset and kind, also while they are partial")
  func roundTrip() throws {
    for dataset in Self.datasets().union(["a.b", "events.resolved", "x.partial", "resolved"]) {
      for kind in RunLayout.Kind.allCases {
        let name = RunLayout.name(kind, of: dataset)
        for name in [name, RunLayout.partial(name)] {
          let parsed = try #require(RunLayout.parse(name), "\(name)")
          #expect(parsed == (kind, dataset), "\(name)")
        }
      }
      #expect(RunLayout.dataset(ofFormerlyResolved: RunLayout.formerlyResolved(of: dataset)) == dataset)
    }
  }

  @Test(
    "lead nowhere where they are no dataset's",
    arguments: [
      RunLayout.plan, RunLayout.report, RunLayout.manifest, RunLayout.checksums, RunLayout.folderArchive("uploads"),
      RunLayout.folderArchive("a.json.zst"), "rejects/.ndjson", "rejects/other/a.ndjson", "rejects/notes.txt",
      "a.ndjson",
      "backup/sub/a.json.zst", "",
    ])
  func noDataset(_ name: String) {
    #expect(RunLayout.parse(name) == nil)
    #expect(RunLayout.parse(RunLayout.partial(name)) == nil)
  }
}
