/// The records that a dry run would set aside.
public struct RejectReport: Sendable, Codable {
  public var groups: [RejectSummary.Group]
  /// The first of them, without their text.
  public var records: [Reject]

  /// So many records are listed.
  public static let listed = 20

  public init(groups: [RejectSummary.Group], records: [Reject]) {
    self.groups = groups
    self.records = records
  }
}
