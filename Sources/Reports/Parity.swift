public import Records

/// The comparison of source and table.
public struct Parity: Sendable, Codable {
  public var mode: Mode
  public var expected: Sum
  public var actual: Sum?
  public var differences: [Difference]
  /// All of them, also those that are not listed; nil where there are none, or where the rows could not be named.
  public var counts: DifferenceCounts?
  /// Why nothing is said of the table, where it was asked for; a sentence without its end.
  public var reason: String?

  public init(
    mode: Mode, expected: Sum, actual: Sum? = nil, differences: [Difference], counts: DifferenceCounts? = nil,
    reason: String? = nil
  ) {
    self.mode = mode
    self.expected = expected
    self.actual = actual
    self.differences = differences
    self.counts = counts
    self.reason = reason
  }

  /// Both sides were read and are equal.
  public var isProved: Bool { mode == .strict && actual == expected && differences.isEmpty }

  public enum Mode: String, Sendable, Codable {
    /// Every row by its digest.
    case strict
    /// Nothing was compared.
    case unverified
  }

  public struct Sum: Sendable, Codable, Hashable {
    public var rows: Int
    public var digest: String

    public init(rows: Int, digest: RowDigest) {
      self.rows = rows
      self.digest = digest.description
    }
  }
}

public struct DifferenceCounts: Sendable, Codable, Hashable {
  public var missing: Int
  public var extra: Int
  public var changed: Int

  public init(missing: Int, extra: Int, changed: Int) {
    self.missing = missing
    self.extra = extra
    self.changed = changed
  }
}

/// A row that source and table do not agree on.
public struct Difference: Sendable, Codable, Hashable {
  public var dataset: String
  public var kind: Kind
  /// The key's columns, or all columns where there is no key.
  public var key: [String: String?]
  /// The columns that differ.
  public var columns: [ColumnDifference]

  public init(dataset: String, kind: Kind, key: [String: String?], columns: [ColumnDifference]) {
    self.dataset = dataset
    self.kind = kind
    self.key = key
    self.columns = columns
  }

  public enum Kind: String, Sendable, Codable { case missing, extra, changed }

  public struct ColumnDifference: Sendable, Codable, Hashable {
    public var column: String
    public var expected: String?
    public var actual: String?

    public init(column: String, expected: String?, actual: String?) {
      self.column = column
      self.expected = expected
      self.actual = actual
    }
  }
}
