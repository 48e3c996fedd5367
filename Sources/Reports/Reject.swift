internal import FoundationEssentials
public import Records

/// A record that a run set aside: a line of `rejects/<dataset>.ndjson`.
public struct Reject: Sendable, Codable, Hashable {
  /// Its place among the records of the source, counted from 0.
  public var ordinal: Int64
  /// Its first byte in the unpacked source.
  public var offset: Int64
  /// Its length.
  public var bytes: Int64
  /// Counted from 1; nil where it was not at hand.
  public var line: Int64?
  /// JSON Pointer inside the record, or a column's name; empty for the whole record.
  public var pointer: String
  public var stage: Stage
  /// What `sluice explain` knows: a rule's name, an SQLSTATE, the kind of a value problem.
  public var rule: String
  public var reason: String
  /// The record as text; nil where nothing held it any more, or it is not UTF-8.
  public var raw: String?
  /// The record that is not UTF-8, in Base64.
  public var base64: String?

  /// The record byte for byte; nil where nothing held it any more.
  public var record: [UInt8]? {
    raw.map { Array($0.utf8) } ?? base64.flatMap { Data(base64Encoded: $0) }.map { Array($0) }
  }

  /// Numbers that no source has do not come from a run.
  public var isPlausible: Bool {
    guard ordinal.isCount, offset.isCount, bytes.isCount, bytes <= CountLimit.largestRecord,
      line.map({ $0 >= 1 && $0.isCount }) ?? true
    else { return false }
    return raw == nil && base64 == nil || record.map { $0.count == bytes } ?? false
  }
}

extension Reject {
  /// What a run says of a record that it would set aside.
  public init(withoutText rejection: Rejection) {
    ordinal = rejection.position.ordinal
    offset = rejection.position.offset
    bytes = Int64(rejection.position.length)
    line = rejection.line
    pointer = rejection.pointer
    stage = rejection.stage
    rule = rejection.code
    reason = rejection.reason
  }
}
