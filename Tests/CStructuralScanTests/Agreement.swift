import CStructuralScan
import Testing

/// Expects a kernel to give what the reference gives, in one call and in every split of a few blocks.
func expectAgreement(
  _ kernel: Kernel, _ bytes: [UInt8], _ what: String, sourceLocation: SourceLocation = #_sourceLocation
) {
  let expected = ReferenceScan(bytes)
  let whole = kernel.scan(bytes)
  #expect(whole.reference.meaningful == expected.meaningful, "\(what)", sourceLocation: sourceLocation)
  #expect(!whole.overran, "\(what)", sourceLocation: sourceLocation)
  for blocks in splits(of: bytes.count / 64) {
    let split = kernel.scan(bytes, blocks: blocks)
    let isSame = expectedWhenSplit(expected, bytes, blocks).contains(split.reference.meaningful)
    #expect(isSame, "\(what), calls of \(blocks) blocks", sourceLocation: sourceLocation)
    #expect(!split.overran, "\(what), calls of \(blocks) blocks", sourceLocation: sourceLocation)
    if expected.error == nil {
      #expect(split.state.isSame(as: whole.state), "\(what), calls of \(blocks) blocks", sourceLocation: sourceLocation)
    }
  }
}

/// All ways to cut a few blocks into calls; for more than five, only single blocks and halves.
private func splits(of blocks: Int) -> [[Int]] {
  guard blocks > 1 else { return [] }
  guard blocks <= 5 else { return [Array(repeating: 1, count: blocks), [blocks / 2]] }
  return (1..<(1 << (blocks - 1))).map { cuts in
    var lengths = [1]
    for block in 1..<blocks {
      if cuts >> (block - 1) & 1 == 1 { lengths.append(1) } else { lengths[lengths.count - 1] += 1 }
    }
    return lengths
  }
}

/// A UTF-8 error whose character began in an earlier call is placed at the byte that made it bad: up to three bytes on,
/// at or past the border.
private func expectedWhenSplit(_ expected: ReferenceScan, _ bytes: [UInt8], _ blocks: [Int]) -> [ReferenceScan] {
  guard let error = expected.error, error.kind == SLUICE_SCAN_UTF8.rawValue, error.at < UInt64(bytes.count) else {
    return [expected.meaningful]
  }
  var border = 0
  for length in blocks {
    border += length * 64
    guard error.at < UInt64(border), error.at + 3 >= UInt64(border), border < bytes.count else { continue }
    var moved = expected
    let continuations = bytes[(Int(error.at) + 1)...].prefix { $0 & 0xC0 == 0x80 }
    let last = min(Int(error.at) + 1 + continuations.count, Int(error.at) + 3)
    return [expected.meaningful]
      + (border...max(border, last)).map { place in
        moved.error = ReferenceScan.Failure(kind: error.kind, at: UInt64(place))
        return moved.meaningful
      }
  }
  return [expected.meaningful]
}

extension sluice_scan_state {
  func isSame(as other: sluice_scan_state) -> Bool {
    in_string == other.in_string && escaped == other.escaped && scalar == other.scalar
      && open_quote == other.open_quote && utf8 == other.utf8 && lines == other.lines && error == other.error
  }
}
