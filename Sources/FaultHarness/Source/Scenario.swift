/// What a try loads, and into what: everything the outcome depends on but the fault.
public struct Scenario: Sendable, Equatable {
  public enum Mode: String, Sendable, CaseIterable { case append, replace, upsert, sync }

  public enum Format: String, Sendable { case array, ndjson }

  public var mode = Mode.append
  public var format = Format.array
  public var rows = 6000
  public var seed: UInt64 = 1
  public var jobs = 2
  /// Small, so that a small source has many slices.
  public var sliceBytes = 128 << 10

  public init() {}

  /// The source file.
  var source: [UInt8] {
    var text: [UInt8] = []
    text.reserveCapacity(rows * 800)
    if format == .array { text += Array("[\n".utf8) }
    for id in 0..<rows {
      text += Array(EventRow(id, seed: seed).json.utf8)
      if format == .array && id + 1 < rows { text.append(UInt8(ascii: ",")) }
      text.append(UInt8(ascii: "\n"))
    }
    if format == .array { text += Array("]\n".utf8) }
    return text
  }

  /// Rows that the table has before: none of the source's with `append` and `replace`; with `upsert` and `sync` some of
  /// the source's with other values too.
  var before: [EventRow] {
    let others = (1...40).map { EventRow(-$0, seed: seed &+ 7) }
    guard hasKey else { return others }
    return others + stride(from: 0, to: rows, by: 3).map { EventRow($0, seed: seed &+ ($0 % 2 == 0 ? 7 : 0)) }
  }

  /// The rows that the table has to have in the end.
  var expected: [EventRow] {
    let loaded = (0..<rows).map { EventRow($0, seed: seed) }
    switch mode {
    case .append, .upsert: return before.filter { $0.id < 0 } + loaded
    case .replace, .sync: return loaded
    }
  }

  var hasKey: Bool { mode == .upsert || mode == .sync }

  /// Without a key in append and replace: nothing but the program under test keeps a row from being there twice.
  var table: String {
    "CREATE TABLE events (id int8 NOT NULL\(hasKey ? " PRIMARY KEY" : ""), name text, amount numeric, flag bool, data jsonb)"
  }

  var pipeline: String {
    """
    pipeline: faults
    target: { database: "${DATABASE_URL}" }
    datasets:
      - dataset: events
        from: { file: events.json, format: \(format.rawValue) }
        into: { table: events, mode: \(mode.rawValue), key: [id] }
        columns:
          - { column: id, type: int8, at: /id, required: true }
          - { column: name, type: text, at: /name }
          - { column: amount, type: numeric, at: /amount }
          - { column: flag, type: bool, at: /flag }
          - { column: data, type: jsonb, at: /data }

    """
  }
}
