/// How much is tried.
public struct Sizes: Sendable {
  /// Random SIGKILLs.
  public var kills = 500
  /// Points of SIGKILL by system call, over all kinds; a small run is swept whole when it has fewer.
  public var points = 2000
  /// COMMITs in doubt.
  public var doubts = 200
  /// Servers and sessions killed.
  public var restarts = 50
  /// Places where the connection is cut, a full disk begins, a signal comes.
  public var places = 40
  /// Every so many bytes of a backup are damaged.
  public var damageStride = 512
  /// Records in a source.
  public var rows = 6000

  public init() {}

  /// A sample that takes a minute: for the tests.
  public static var sample: Sizes {
    var sizes = Sizes()
    sizes.kills = 3
    sizes.points = 6
    sizes.doubts = 4
    sizes.restarts = 1
    sizes.places = 2
    sizes.damageStride = 64 << 10
    sizes.rows = 1000
    return sizes
  }
}
