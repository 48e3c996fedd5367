public import Postgres

/// What the slices of a run came from.
extension Ledger {
  /// The bytes of the source that a slice was read from.
  public struct SourceSlice: Sendable, Hashable, Codable {
    public var range: Range<Int64>
    /// In hexadecimal.
    public var sha256: String
  }

  public struct Sources: Sendable, Hashable, Codable {
    /// By the number of the slice. Slices that an earlier version loaded, or that came from a stage file, have no sum and are left out.
    public var slices: [Int: SourceSlice] = [:]
    /// Every slice has a sum, and there are no more to come.
    public var areComplete = false

    public init() {}
  }

  public static func sources(of row: RunRow, on connection: Connection) throws -> Sources {
    guard try hasOrigins(on: connection) else { return Sources() }
    let rows = try connection.query(
      """
      SELECT slice, byte_from, byte_to, source_sha256 FROM sluice.slices WHERE run = $1 AND dataset = $2
      """, parameters: [row.run, row.dataset]
    ).ledgerRows(of: "slices", "run \(row.run), dataset \(row.dataset)")
    var sources = Sources()
    for row in rows {
      guard let sha256 = row["source_sha256"] else { continue }
      sources.slices[try row.count("slice")] = SourceSlice(range: try row.range(), sha256: sha256)
    }
    sources.areComplete = row.isFinished && sources.slices.count == rows.count
    return sources
  }
}
