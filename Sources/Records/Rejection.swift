/// The stage that refused a record.
public enum Stage: String, Sendable, CaseIterable, Codable {
  case extract, transform, validate, load, verify
}

/// Where a record lies in the source.
public struct SourcePosition: Sendable, Hashable, BitwiseCopyable {
  /// Its place among the records of the dataset, counted from 0: what ledger, rejects and messages count.
  public var ordinal: Int64
  /// Its place among the records of its file, counted from 0: what `$ordinal` is.
  public var fileOrdinal: Int64
  /// Its first byte in the (unpacked) source.
  public var offset: Int64
  /// Its length in bytes.
  public var length: Int

  /// - Parameter fileOrdinal: nil: the source is one file, and both are equal.
  @inlinable public init(ordinal: Int64, fileOrdinal: Int64? = nil, offset: Int64, length: Int) {
    self.ordinal = ordinal
    self.fileOrdinal = fileOrdinal ?? ordinal
    self.offset = offset
    self.length = length
  }
}

extension SourcePosition: CustomStringConvertible {
  /// In a sentence: `record 3 (counted from 0) at byte 120`.
  public var description: String { "record \(ordinal) (counted from 0) at byte \(offset)" }
}

/// A record that was not loaded, or, as a warning, was loaded all the same: where it lies and why.
public struct Rejection: Sendable {
  public var position: SourcePosition
  /// Counted from 1; nil where it was not at hand when the record was refused.
  public var line: Int64?
  /// JSON Pointer inside the record, or the column's name where there is no pointer; empty for the whole record.
  public var pointer: String
  public var stage: Stage
  /// The name of the rule, a SQLSTATE, or the kind of error: `required`, `23505`, `type.int4`.
  public var code: String
  /// One sentence without the record's content, but for the key that a constraint refuses and what of a date does not exist.
  public var reason: String
  /// True when a policy of the pipeline (`nul: reject`) asked for it: such a record does not stop a run.
  public var isByPolicy: Bool
  /// Its key is that of a record before it.
  public var repeatsKey = false
  /// The record, byte for byte; nil where it has to be read again from the source.
  public var raw: [UInt8]?
  /// What could be encoded of a record that columns refused, for the rules to look at; nil where that is done.
  public var row: PartialRow?
  /// How many things are wrong with the record, whether they are named or not.
  public var faults = 1

  /// So many things that are wrong with a record are named.
  public static let faultsNamed = 5

  public struct PartialRow: Sendable {
    /// Of binary COPY; refused fields are null.
    public var tuple: [UInt8]
    /// The columns that refused their values, by number.
    public var refused: [Int]

    public init(tuple: [UInt8], refused: [Int]) {
      self.tuple = tuple
      self.refused = refused
    }
  }

  public init(
    position: SourcePosition, line: Int64? = nil, pointer: String = "", stage: Stage, code: String, reason: String,
    isByPolicy: Bool = false, raw: [UInt8]? = nil
  ) {
    self.position = position
    self.line = line
    self.pointer = pointer
    self.stage = stage
    self.code = code
    self.reason = reason
    self.isByPolicy = isByPolicy
    self.raw = raw
  }

  /// Names one more thing that is wrong with the record.
  /// - Parameter fault: what, and where.
  public mutating func add(_ fault: String, code: String) {
    if faults < Self.faultsNamed {
      reason += "; also \(fault) [\(code)]"
    } else if faults == Self.faultsNamed {
      reason += "; and more"
    }
    faults += 1
  }

  /// Where to look: `line 4, byte 120, /id`, or by the record's number where the line is not known.
  public var place: String {
    (line.map { "line \($0), byte \(position.offset)" } ?? "\(position)") + (pointer.isEmpty ? "" : ", \(pointer)")
  }
}
