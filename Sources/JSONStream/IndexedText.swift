internal import CStructuralScan

/// A run of JSON bytes with its structural index: what the framer and the checker read.
///
/// A view without ownership: the memory outlives every use. Behind `bytes` must follow `ScanMemory.padding` bytes, of
/// which the second half are spaces, so that no search for the end of a scalar runs away.
public struct IndexedText {
  /// The bytes that were scanned.
  public let bytes: UnsafeRawBufferPointer
  /// See `StructuralScanner`.
  public let index: UnsafeBufferPointer<UInt32>
  /// As long as `index`; the checker writes for each opening bracket the entry of the closing one.
  public let links: UnsafeMutableBufferPointer<UInt32>
  /// True when nothing follows after `bytes`.
  public let isFinal: Bool

  public init(
    bytes: UnsafeRawBufferPointer, index: UnsafeBufferPointer<UInt32>, links: UnsafeMutableBufferPointer<UInt32>,
    isFinal: Bool
  ) {
    precondition(links.count >= index.count)
    self.bytes = bytes
    self.index = index
    self.links = links
    self.isFinal = isFinal
  }
}

/// The topmost bit of an opening quote's entry: the string has escapes.
public let escapedBit: UInt32 = 0x8000_0000

/// The bits of an entry that are its place.
public let placeMask: UInt32 = 0x7FFF_FFFF

extension UnsafeRawBufferPointer {
  /// Where the first line feed at or behind byte `start` lies.
  func lineFeed(from start: Int) -> Int? {
    guard let baseAddress, start < count else { return nil }
    let place = start + sluice_scan_line_feed(baseAddress + start, count - start)
    return place < count ? place : nil
  }
}
