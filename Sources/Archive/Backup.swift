/// What can be done with the archives of a run once it is over: `verify`, `restore`, `list`. Calls block; run them on a
/// thread of their own. A cancelled task ends them between two frames.
public enum Backup {
  /// How far a call has come, in bytes of the sources.
  public struct Progress: Sendable {
    public let archive: String
    public internal(set) var done: Int64
    public let total: Int64
  }
}
