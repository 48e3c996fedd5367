public import PipelineSpec
internal import Records

/// Looks at the beginning of a source before anything is done with it.
public enum SourceCheck {
  /// So many bytes are looked at for the first record; one that is larger is found out when it is read.
  private static let prefix: Int64 = 1 << 20

  /// That a source is there and opens, and that its first bytes are of its format and hold a record, or no record
  /// at all. A pipe is not read, as that could be done once only.
  /// - Parameter setsMalformedAside: malformed lines of `format: ndjson` are no error.
  public static func check(
    _ source: Source, limits: ExtractLimits, setsMalformedAside: Bool
  ) throws(ExtractError) {
    if source.isOptional, !SourceInput.exists(source.file) { return }
    if source.file == SourceFile.standardInput {
      _ = try SourceFile(path: source.file)
    } else if SourceInput.isPipe(source.file) {
      try SourceFile.checkPipe(source.file, within: source.directory)
    } else {
      let input = try SourceInput(source)
      let reader = RecordReader(input, source: source, limits: limits, setsMalformedAside: setsMalformedAside)
      while let portion = try reader.next(), reader.records == 0, portion.chunk.freshRange.upperBound < prefix {}
    }
  }
}
