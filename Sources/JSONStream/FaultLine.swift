/// The line of NDJSON in which reading stopped.
struct FaultLine {
  /// In the piece; without its line feed.
  var range: Range<Int>
  var end: End

  enum End {
    case lineFeed
    /// The source ends here: the line may have been cut.
    case source
    /// More of it is to be read.
    case notRead
  }

  /// What is wrong with the line, the same as is said of it where it is set aside; nil where it is not all there.
  func fault(in bytes: UnsafeRawBufferPointer, _ layout: RecordLayout) -> JSONFault? {
    guard end != .notRead,
      var fault = LineFault.find(in: UnsafeRawBufferPointer(rebasing: bytes[range]), depthLimit: layout.depthLimit)
    else { return nil }
    fault.offset += range.lowerBound
    guard end == .source else { return fault }
    if layout.setsMalformedAside {
      fault.kind = .truncated("the last line, which has no line feed")
    } else if fault.kind == .unfinishedLine {
      fault.kind = .truncated("a value")
    }
    return fault
  }
}
