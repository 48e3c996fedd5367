/// A table that a dataset fills: all that load knows of a dataset.
public struct TableSpec: Sendable, Hashable {
  /// The dataset's name, by which the ledger knows the table.
  public var dataset: String
  public var destination: Destination
  public var columns: [Column]

  public init(dataset: String, destination: Destination, columns: [Column]) {
    self.dataset = dataset
    self.destination = destination
    self.columns = columns
  }
}

extension Dataset {
  /// Its table, apart from where the rows come from and what is asked of them.
  public var table: TableSpec { TableSpec(dataset: name, destination: destination, columns: columns) }
}
