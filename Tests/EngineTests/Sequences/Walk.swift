import TestSupport

/// Commands one after another, for one or two pipelines that load into one table.
struct Walk: Sendable {
  enum Verb: Hashable, Sendable {
    case run(TableModel.Fault)
    case resume, replay
  }

  struct Command: Hashable, Sendable {
    var verb: Verb
    var pipeline: Int
  }

  /// Three commands in a row: what walks are made to have different ones of.
  struct Sequence: Hashable {
    var modes: [TableModel.Pipeline.Mode]
    var commands: ArraySlice<Command>
  }

  /// Of the pipelines.
  private(set) var modes: [TableModel.Pipeline.Mode]
  private(set) var commands: [Command] = []

  static let length = 8

  /// The second one has half of the ids of the first one.
  var pipelines: [TableModel.Pipeline] {
    modes.enumerated().map { i, mode in
      TableModel.Pipeline(name: ["p", "q"][i], mode: mode, ids: [0..<24, 12..<36][i])
    }
  }

  /// The table lets no id be there twice.
  var hasKey: Bool { pipelines.contains(where: \.isStaged) }

  var sequences: [Sequence] {
    commands.indices.dropFirst(2).map { Sequence(modes: modes, commands: commands[$0 - 2...$0]) }
  }

  /// The first of the commands.
  func describe(_ count: Int) -> String {
    let names = pipelines.map(\.name)
    return zip(names, modes).map { "\($0) \($1)" }.joined(separator: ", ") + ": "
      + commands.prefix(count).map { "\($0.verb) \(names[$0.pipeline])" }.joined(separator: ", ")
  }

  /// Walks that have so many sequences at least, half of them of one pipeline.
  static func walks(sequences: Int, seed: UInt64) -> [Walk] {
    var random = RandomValues(seed: seed)
    var seen: Set<Sequence> = []
    var walks: [Walk] = []
    while seen.count < sequences {
      let modes = TableModel.Pipeline.Mode.allCases.shuffled(using: &random).prefix(1 + walks.count % 2)
      var walk = Walk(modes: Array(modes))
      for _ in 0..<length { walk.add(&random, unlike: &seen) }
      walks.append(walk)
    }
    return walks
  }

  /// Adds a command that makes a sequence not seen before, where there is one.
  private mutating func add(_ random: inout RandomValues, unlike seen: inout Set<Sequence>) {
    let verbs = [Verb.run(.none), .run(.constraint), .run(.trigger), .resume, .replay]
    let choices = verbs.flatMap { verb in modes.indices.map { Command(verb: verb, pipeline: $0) } }
      .shuffled(using: &random)
    let next = choices.first { choice in
      !seen.contains(Sequence(modes: modes, commands: (commands.suffix(2) + [choice])[...]))
    }
    commands.append(next ?? choices[0])
    if let last = sequences.last { seen.insert(last) }
  }
}
