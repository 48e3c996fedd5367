/// One source and the table it fills.
public struct Dataset: Sendable, Hashable {
  public var name: String
  /// `from`
  public var source: Source
  /// `into`
  public var destination: Destination
  public var columns: [Column]
  /// `rules`, `where` and `policies`
  public var checks: Checks
  /// `volatile`: the application goes on writing this table after the cutover, so that a later audit leaves it out.
  public var isVolatile: Bool

  public init(
    name: String, source: Source, destination: Destination, columns: [Column], checks: Checks = Checks(),
    isVolatile: Bool = false
  ) {
    self.name = name
    self.source = source
    self.destination = destination
    self.columns = columns
    self.checks = checks
    self.isVolatile = isVolatile
  }
}
