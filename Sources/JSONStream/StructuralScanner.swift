internal import CStructuralScan

/// Finds the structural characters of a JSON text, 64 bytes a step, over any number of calls.
public struct StructuralScanner {
  private var state = sluice_scan_state()
  private let scanBlocks: sluice_scan_function

  /// How the bytes are looked at; each finds the same.
  public enum Kernel: UInt32, CaseIterable, Sendable {
    case portable = 0
    case sse2 = 1
    case avx2 = 2
    case neon = 3
  }

  /// - Parameter kernel: nil: the fastest of this machine. One that this machine cannot run gives the portable one.
  public init(kernel: Kernel? = nil) {
    let wanted = kernel.map { sluice_scan_kernel(rawValue: $0.rawValue) } ?? sluice_scan_best()
    guard let function = sluice_scan_function_for(wanted) ?? sluice_scan_function_for(SLUICE_SCAN_PORTABLE) else {
      preconditionFailure("the portable scanner is part of every build")
    }
    scanBlocks = function
  }

  /// Scans `text[range]`, whose length must be a multiple of 64, and appends entries behind the first `count` ones.
  /// - Parameter index: room for `count + range.count + 64` entries.
  /// - Returns: the new number of entries.
  public mutating func scan(
    _ text: UnsafeRawBufferPointer, _ range: Range<Int>, into index: UnsafeMutableBufferPointer<UInt32>, count: Int
  ) -> Int {
    precondition(range.count % 64 == 0 && range.lowerBound >= 0 && range.upperBound <= text.count)
    precondition(text.count <= Int(placeMask) && count + range.count + 64 <= index.count)
    guard !range.isEmpty, let bytes = text.baseAddress, let entries = index.baseAddress else { return count }
    return scanBlocks(
      &state, bytes.assumingMemoryBound(to: UInt8.self) + range.lowerBound, range.count, UInt32(range.lowerBound),
      entries, count)
  }

  /// To be called once after the last byte: a character cut short by the end becomes a fault.
  public mutating func finish(at end: Int) {
    sluice_scan_finish(&state, UInt64(end))
  }

  /// The entries before `slots` and the bytes before `bytes` were dropped and the rest moved to the front.
  public mutating func rebase(slots: Int) {
    state.open_quote = state.open_quote > slots ? state.open_quote - slots : 0
  }

  /// Line feeds among all bytes scanned so far.
  public var lines: Int64 { Int64(clamping: state.lines) }

  /// What is wrong with a byte that was scanned, if anything; nothing found behind it means anything.
  public var fault: JSONFault? {
    switch state.error {
    case SLUICE_SCAN_CONTROL: JSONFault(.controlCharacter, at: Int(state.error_at))
    case SLUICE_SCAN_UTF8: JSONFault(.invalidUTF8, at: Int(state.error_at))
    default: nil
    }
  }
}
