public import Postgres

/// Logical replication of the database that Sluice loads into: its own tables are made on one side only.
public enum LogicalReplication {
  /// Publications that would send the tables of schema `sluice`, those to be made included. Tables that somebody named one by
  /// one are left out: whoever did so has them on the other side.
  public struct Publications: Sendable, Hashable {
    public var names: [String]
    /// Somebody subscribes to a publication of this database.
    public var haveSubscriber: Bool
  }

  public static func publications(on connection: Connection) throws(PostgresError) -> Publications {
    // A publication of schemas, from version 15 on
    let ofSchema: SQL =
      connection.serverVersion < 150_000
      ? ""
      : """
       OR EXISTS (SELECT FROM pg_catalog.pg_publication_namespace x JOIN pg_catalog.pg_namespace n ON n.oid = x.pnnspid
        WHERE x.pnpubid = p.oid AND n.nspname = 'sluice')
      """
    let rows = try connection.query(
      """
      SELECT pubname, EXISTS (SELECT FROM pg_catalog.pg_replication_slots
        WHERE plugin = 'pgoutput' AND database = current_database())
      FROM pg_catalog.pg_publication p WHERE (pubinsert OR pubupdate OR pubdelete) AND (puballtables\(ofSchema))
      ORDER BY pubname
      """
    ).rows
    return Publications(names: rows.compactMap { $0[0] }, haveSubscriber: rows.first?[1] == "t")
  }
}

extension LogicalReplication.Publications {
  /// For as long as nobody subscribes.
  public var warning: String {
    "publication \(names.joined(separator: ", ")) has the tables of schema sluice as well: who subscribes to it needs them too"
  }

  /// What a subscriber would be sent and does not have.
  public var refusal: LoadError {
    LoadError(
      .published,
      "it sends the tables of schema sluice as well, and a subscriber that does not have them stops: it would get no row of "
        + "any table any more",
      place: "publication \(names.joined(separator: ", "))",
      remedy:
        "publish the application's schemas or tables by name (FOR TABLES IN SCHEMA from PostgreSQL 15 on, FOR TABLE), "
        + "and ALTER SUBSCRIPTION … SET PUBLICATION; or, where every reader can do without these tables, --allow-published"
    )
  }
}
