public import Records

/// Numbers of a run that only grow, over all of its datasets and phases.
public struct RunCounters: Sendable, Hashable {
  /// Bytes of files as they lie on disk.
  public var fileBytes: Int64 = 0
  /// Bytes of these, unpacked.
  public var bytes: Int64 = 0
  /// Slices that were committed, and their rows.
  public var slices = 0
  public var loaded = 0
  /// Rows that came to the end of their way, and are not loaded.
  public var passed = 0
  /// Rows that were read back from tables.
  public var readBack = 0
  public var rejected = 0
  public var warnings = 0
  /// Failures that passed.
  public var retries = 0
  /// Seconds that each stage waited for its neighbours.
  public var waiting: [Stage: Double] = [:]

  public init() {}

  /// What was counted since `before`; stages that have not waited since are left out.
  public static func - (now: RunCounters, before: RunCounters) -> RunCounters {
    var difference = now
    difference.fileBytes -= before.fileBytes
    difference.bytes -= before.bytes
    difference.slices -= before.slices
    difference.loaded -= before.loaded
    difference.passed -= before.passed
    difference.readBack -= before.readBack
    difference.rejected -= before.rejected
    difference.warnings -= before.warnings
    difference.retries -= before.retries
    for (stage, seconds) in before.waiting { difference.waiting[stage]? -= seconds }
    difference.waiting = difference.waiting.filter { $0.value > 0 }
    return difference
  }
}
