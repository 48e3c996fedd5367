internal import Records

/// What the numbers of `RunOptions` may be: on the command line, and in the `run.json` of a run that is resumed.
public enum OptionRanges {
  public static let jobs = 1...64
  public static let recordBytes = 1024...CountLimit.largestRecord
  public static let depth = 1...8192
  public static let sliceBytes: ClosedRange<Int64> = 4096...(1 << 30)
}
