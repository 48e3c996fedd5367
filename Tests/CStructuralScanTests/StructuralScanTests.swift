import CStructuralScan
import Testing

/// Fills up with spaces to a multiple of 64.
func padded(_ bytes: some Sequence<UInt8>) -> [UInt8] {
  let bytes = Array(bytes)
  return bytes + Array(repeating: 0x20, count: (64 - bytes.count % 64) % 64)
}

@Suite("A structural scan")
struct StructuralScanTests {
  @Test("runs on this machine with the portable kernel and the best one")
  func kernels() {
    #expect(sluice_scan_function_for(SLUICE_SCAN_PORTABLE) != nil)
    #expect(sluice_scan_function_for(sluice_scan_best()) != nil)
    #if arch(x86_64)
      #expect(sluice_scan_function_for(SLUICE_SCAN_SSE2) != nil)
      #expect(sluice_scan_function_for(SLUICE_SCAN_NEON) == nil)
      #expect(sluice_scan_best() != SLUICE_SCAN_PORTABLE)
    #elseif arch(arm64)
      #expect(sluice_scan_best() == SLUICE_SCAN_NEON)
    #endif
  }

  @Test("finds what a reader would point at", arguments: Kernel.all)
  func example(kernel: Kernel) {
    let scan = kernel.scan(padded(#"{"a\n": [12, true,"b"]} "#.utf8))
    let expected: [UInt32] = [0, 1 | SLUICE_SCAN_ESCAPED, 5, 6, 8, 9, 11, 13, 17, 18, 20, 21, 22]
    #expect(scan.positions == expected)
    #expect(scan.state.error == SLUICE_SCAN_OK)
    #expect(scan.state.open_quote == 10)
    #expect(scan.state.lines == 0)
  }

  @Test("gives each byte value its class", arguments: Kernel.all)
  func classes(kernel: Kernel) {
    for byte in UInt8.min...UInt8.max {
      for bytes in [[0x20, byte, 0x20], [0x78, byte, 0x78], [0x22, byte, 0x22, 0x22]] {
        expectAgreement(kernel, padded(bytes), "byte \(byte)")
      }
    }
  }

  @Test("equals the reference on random bytes, however they are split", arguments: Kernel.all, RandomText.allCases)
  func random(kernel: Kernel, text: RandomText) {
    for seed in 0..<200 {
      var random = SeededGenerator(state: UInt64(seed))
      let blocks = Int.random(in: 1...6, using: &random)
      expectAgreement(kernel, text.bytes(blocks * 64, &random), "seed \(seed)")
    }
  }

  @Test("carries runs of backslashes over the border of a block", arguments: Kernel.all)
  func backslashRuns(kernel: Kernel) {
    for length in 1...70 {
      for start in [1, 30, 63 - min(length, 60), 62, 63, 64, 65, 127] {
        let opening = Array(repeating: UInt8(ascii: " "), count: start - 1) + [UInt8(ascii: "\"")]
        let run = Array(repeating: UInt8(ascii: "\\"), count: length)
        let text = padded(opening + run + Array(#"" , "next\" one" : 1 "#.utf8))
        expectAgreement(kernel, text, "\(length) backslashes at \(start)")
      }
    }
  }

  @Test("flags the string that a backslash lies in and no other", arguments: Kernel.all)
  func escapedFlag(kernel: Kernel) {
    let text = #"["a","b\tc","d","\\","e"],""# + String(repeating: "x", count: 200) + #"\u0041","f""#
    let scan = kernel.scan(padded(text.utf8))
    let flagged = scan.positions.filter { $0 & SLUICE_SCAN_ESCAPED != 0 }.map { $0 & ~SLUICE_SCAN_ESCAPED }
    #expect(flagged == [5, 16, 26])
    expectAgreement(kernel, padded(text.utf8), "escapes")
  }

  @Test("takes a backslash outside strings for a scalar's byte", arguments: Kernel.all)
  func backslashOutside(kernel: Kernel) {
    let scan = kernel.scan(padded(#"\"a" 1\ "\"""#.utf8))
    let expected: [UInt32] = [0, 1, 3, 5, 8 | SLUICE_SCAN_ESCAPED, 11]
    #expect(scan.positions == expected)
  }

  @Test("tells where the string lies that is still open", arguments: Kernel.all)
  func openQuote(kernel: Kernel) {
    let open = padded(#"{"a":1,"b":"open"#.utf8)
    #expect(kernel.scan(open).state.open_quote == 10)
    #expect(kernel.scan(open).state.in_string == .max)
    let closed = padded((#""one" "two" "# + String(repeating: "1,", count: 200)).utf8)
    #expect(kernel.scan(closed).state.open_quote == 3)
    #expect(kernel.scan(closed).state.in_string == 0)
    #expect(kernel.scan(padded("1 2 3".utf8)).state.open_quote == 0)
  }

  @Test("goes on from positions that the caller has moved", arguments: Kernel.all)
  func movedPositions(kernel: Kernel) {
    let first = padded(#"[1,2,3,"open"#.utf8)
    let second = padded(#"\n closed"]"#.utf8)
    var state = sluice_scan_state()
    var positions = [UInt32](repeating: 0, count: 256)
    let count = kernel.function(&state, first, 64, 0, &positions, 0)
    #expect(Int(state.open_quote) == count)
    positions[0] = positions[count - 1]
    positions[1] = 0
    state.open_quote -= count - 1
    let after = kernel.function(&state, second, 64, 64, &positions, 2)
    let expected: [UInt32] = [7 | SLUICE_SCAN_ESCAPED, 0, 73, 74]
    #expect(Array(positions[..<after]) == expected)
  }

  @Test("keeps to the room it was promised when every byte is structural", arguments: Kernel.all)
  func dense(kernel: Kernel) {
    let scan = kernel.scan(Array(repeating: UInt8(ascii: ","), count: 64 * 5))
    #expect(scan.positions == Array(0..<320))
    #expect(!scan.overran)
  }

  @Test("does nothing when it is given nothing", arguments: Kernel.all)
  func empty(kernel: Kernel) {
    let scan = kernel.scan([])
    #expect(scan.positions.isEmpty)
    #expect(scan.state.error == SLUICE_SCAN_OK)
  }

  @Test("stops for good at the first error", arguments: Kernel.all)
  func afterError(kernel: Kernel) {
    let bytes = padded("\"\u{1}\" ,".utf8) + padded("\"\u{2}\"".utf8)
    let scan = kernel.scan(bytes, blocks: [1])
    #expect(scan.state.error == SLUICE_SCAN_CONTROL)
    #expect(scan.state.error_at == 1)
  }
}
