import CStructuralScan

/// A kernel this machine can run.
struct Kernel: CustomStringConvertible, Sendable {
  let description: String
  let function: sluice_scan_function

  static let all: [Kernel] = [
    ("portable", SLUICE_SCAN_PORTABLE), ("SSE2", SLUICE_SCAN_SSE2), ("AVX2", SLUICE_SCAN_AVX2),
    ("NEON", SLUICE_SCAN_NEON),
  ].compactMap { name, kernel in
    sluice_scan_function_for(kernel).map { Kernel(description: name, function: $0) }
  }

  /// Scans `bytes`, a multiple of 64, in one call for each of `blocks`: how many blocks of 64 a call takes; the last
  /// call takes what is left. Each call sees memory of its own, so that nothing outside it can help.
  func scan(_ bytes: [UInt8], blocks: [Int] = []) -> KernelScan {
    precondition(bytes.count % 64 == 0)
    var result = KernelScan()
    let guardEntry: UInt32 = 0xDEAD_BEEF
    var positions = [UInt32](repeating: guardEntry, count: bytes.count + 64 + 1)
    var count = 0
    var start = 0
    for length in blocks.map({ $0 * 64 }) + [bytes.count] {
      let end = min(start + length, bytes.count)
      let part = Array(bytes[start..<end])
      let room = count + part.count + 64
      positions[room] = guardEntry
      count = function(&result.state, part, part.count, UInt32(start), &positions, count)
      result.overran = result.overran || count > room || positions[room] != guardEntry
      start = end
    }
    sluice_scan_finish(&result.state, UInt64(bytes.count))
    result.positions = Array(positions[..<count])
    return result
  }
}

struct KernelScan {
  var state = sluice_scan_state()
  var positions: [UInt32] = []
  /// More entries were written than the contract allows.
  var overran = false

  /// What can be compared with a reference.
  var reference: ReferenceScan {
    var reference = ReferenceScan([])
    reference.positions = positions
    reference.lines = state.lines
    if state.error != SLUICE_SCAN_OK {
      reference.error = ReferenceScan.Failure(kind: UInt32(state.error.rawValue), at: state.error_at)
    }
    return reference
  }
}
