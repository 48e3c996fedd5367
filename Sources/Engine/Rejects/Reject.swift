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
  /// The record byte for byte; nil where nothing held it any more.
  public var raw: String?

  /// Numbers that no source has do not come from a run.
  var isPlausible: Bool {
    ordinal.isCount && offset.isCount && bytes.isCount && bytes <= CountLimit.largestRecord
      && line.map { $0 >= 1 && $0.isCount } ?? true && raw.map { $0.utf8.count == bytes } ?? true
  }
}
