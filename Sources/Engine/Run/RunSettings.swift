internal import Extract
public import Records

/// What the user asked of a run and its resumes keep: `run.json` stores it. An option is a property with its default, its
/// name there, and a line in `init(from:)`.
public struct RunSettings: Sendable, Hashable {
  /// Loader connections.
  public var jobs = 2
  public var onError = OnError.stop
  public var maxErrors: RunLimit?
  /// How many rows `sync` may delete; a share is of the table's rows before.
  public var maxDelete = RunLimit.percent(20)
  /// Load into a table that a crash of the server empties.
  public var allowsUnlogged = false
  /// Load although a publication sends the tables of schema `sluice` to subscribers.
  public var allowsPublished = false
  public var backsUp = true
  public var verifies = true
  /// Write both stage files beside the backup.
  public var keepsStages = false
  /// The first of the stages to go through.
  public var first = Stage.extract
  /// The stage file that the first stage reads, `-` for standard input; nil: the one in the run's folder.
  public var input: String?
  /// What the run loads are the rejects of an earlier one.
  var replays: ReplayOrigin?
  var limits = ExtractLimits()

  public init() {}

  /// Largest record accepted, in bytes.
  public var recordBytes: Int {
    get { limits.recordBytes }
    set { limits.recordBytes = newValue }
  }
  /// How deep objects and arrays may nest.
  public var depth: Int {
    get { limits.depth }
    set { limits.depth = newValue }
  }
  /// A slice of the source that becomes one transaction, in bytes.
  public var sliceBytes: Int64 {
    get { limits.sliceBytes }
    set { limits.sliceBytes = newValue }
  }

  /// The first number that no run takes, with the name of its flag: `--jobs must be 1 to 64`; nil: all are fine.
  public var problem: String? {
    let numbers: [(flag: String, value: Int64, range: ClosedRange<Int64>)] = [
      ("--jobs", Int64(jobs), 1...64),
      ("--max-record-bytes", Int64(recordBytes), 1024...Int64(CountLimit.largestRecord)),
      ("--max-depth", Int64(depth), 1...8192),
      ("--slice-bytes", sliceBytes, 4096...1 << 30),
    ]
    return numbers.first { !$0.range.contains($0.value) }
      .map { "\($0.flag) must be \($0.range.lowerBound) to \($0.range.upperBound)" }
  }
}

extension RunSettings: Codable {
  private enum CodingKeys: String, CodingKey {
    case jobs, onError, maxErrors, maxDelete, input, replays, limits
    case allowsUnlogged = "allowUnlogged"
    case allowsPublished = "allowPublished"
    case backsUp = "backup"
    case verifies = "verify"
    case keepsStages = "keepStages"
    case first = "from"
  }

  /// What the build that wrote the file did not know has its default.
  public init(from decoder: any Decoder) throws {
    let file = try decoder.container(keyedBy: CodingKeys.self)
    self.init()
    try file.read(&jobs, .jobs)
    try file.read(&onError, .onError)
    try file.read(&maxErrors, .maxErrors)
    try file.read(&maxDelete, .maxDelete)
    try file.read(&allowsUnlogged, .allowsUnlogged)
    try file.read(&allowsPublished, .allowsPublished)
    try file.read(&backsUp, .backsUp)
    try file.read(&verifies, .verifies)
    try file.read(&keepsStages, .keepsStages)
    try file.read(&first, .first)
    try file.read(&input, .input)
    try file.read(&replays, .replays)
    try file.read(&limits, .limits)
    // How much is read at a time is this build's.
    limits.chunkBytes = ExtractLimits().chunkBytes
  }
}

extension KeyedDecodingContainer {
  /// Replaces `value` where the key is there.
  fileprivate func read<Value: Decodable>(_ value: inout Value, _ key: Key) throws {
    if let found = try decodeIfPresent(Value.self, forKey: key) { value = found }
  }
}
