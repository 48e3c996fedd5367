internal import FoundationEssentials
public import Records

/// What a stage file says of itself before its first block.
public struct StageHead: Sendable, Hashable, Codable {
  public static let currentVersion = 3

  /// Which of the two stage files it is.
  public enum Kind: String, Sendable, Codable {
    /// After extract: a record a line.
    case records
    /// After transform and validate: binary COPY.
    case rows
  }

  /// The file that the records came from.
  public struct Source: Sendable, Hashable, Codable {
    /// As the pipeline resolved it; `-` is standard input.
    public var path: String
    /// Of the file on disk; 0 for a pipe.
    public var size: Int64
    public var modifiedSeconds: Int64
    public var modifiedNanoseconds: Int64

    public init(path: String, size: Int64, modifiedSeconds: Int64, modifiedNanoseconds: Int64) {
      self.path = path
      self.size = size
      self.modifiedSeconds = modifiedSeconds
      self.modifiedNanoseconds = modifiedNanoseconds
    }
  }

  public var version = StageHead.currentVersion
  public var kind: Kind
  /// The stage that wrote it.
  public var stage: Stage
  public var run: String
  public var pipeline: String
  public var dataset: String
  /// SHA-256 of what decided how its content came about.
  public var plan: String
  /// nil where the source was a pipe, or missing and optional.
  public var source: Source?
  /// nil in a records file.
  public var layout: TableLayout?
  /// The run's `$now`, RFC 3339.
  public var instant: String
  public var sliceBytes: Int64

  public init(
    kind: Kind, stage: Stage, run: String, pipeline: String, dataset: String, plan: String, source: Source?,
    layout: TableLayout?, instant: String, sliceBytes: Int64
  ) {
    self.kind = kind
    self.stage = stage
    self.run = run
    self.pipeline = pipeline
    self.dataset = dataset
    self.plan = plan
    self.source = source
    self.layout = layout
    self.instant = instant
    self.sliceBytes = sliceBytes
  }
}

extension StageHead {
  /// Whether its numbers are such as a run has.
  var isPossible: Bool { sliceBytes > 0 && sliceBytes.isCount && (source?.size ?? 0).isCount }
}

extension StageFoot {
  /// Whether its numbers are such as a run has.
  var isPossible: Bool { found.isCount && bytes.isCount }
}

/// What a stage file says behind its last block: that it is complete, and what it came to.
public struct StageFoot: Sendable, Hashable, Codable {
  public var blocks: Int
  /// Records that extract found in the source.
  public var found: Int64
  /// Bytes of the unpacked source.
  public var bytes: Int64
  /// SHA-256 of the unpacked source, where it was taken.
  public var sourceSHA256: String?

  public init(blocks: Int = 0, found: Int64, bytes: Int64, sourceSHA256: String? = nil) {
    self.blocks = blocks
    self.found = found
    self.bytes = bytes
    self.sourceSHA256 = sourceSHA256
  }
}

/// Head and foot as JSON.
enum StageJSON {
  static func encode(_ value: some Encodable, file: String) throws(StageFileError) -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    guard let data = try? encoder.encode(value) else {
      throw StageFileError(.format, "its head cannot be written", file: file)
    }
    return [UInt8](data)
  }

  static func decode<Value: Decodable>(
    _ type: Value.Type, _ bytes: UnsafeRawBufferPointer, file: String
  ) throws(StageFileError) -> Value {
    guard let value = try? JSONDecoder().decode(type, from: Data(bytes)) else {
      throw StageFileError(.format, "its head or foot is not what this version reads", file: file)
    }
    return value
  }
}
