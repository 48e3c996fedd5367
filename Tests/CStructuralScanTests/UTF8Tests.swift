import CStructuralScan
import Testing

@Suite("The UTF-8 check of a scan")
struct UTF8Tests {
  static let valid: [[UInt8]] = [
    [0x7F], [0xC2, 0x80], [0xDF, 0xBF], [0xE0, 0xA0, 0x80], [0xE1, 0x80, 0x80], [0xEC, 0xBF, 0xBF], [0xED, 0x9F, 0xBF],
    [0xEE, 0x80, 0x80], [0xEF, 0xBF, 0xBF], [0xF0, 0x90, 0x80, 0x80], [0xF1, 0x80, 0x80, 0x80],
    [0xF3, 0xBF, 0xBF, 0xBF],
    [0xF4, 0x8F, 0xBF, 0xBF],
  ]

  static let invalid: [[UInt8]] = [
    // A continuation that continues nothing
    [0x80], [0xBF], [0xC3, 0xA9, 0xA9], [0xE2, 0x82, 0xAC, 0x80], [0xF0, 0x9F, 0x98, 0x80, 0x80],
    // Overlong
    [0xC0, 0x80], [0xC1, 0xBF], [0xE0, 0x80, 0x80], [0xE0, 0x9F, 0xBF], [0xF0, 0x80, 0x80, 0x80],
    [0xF0, 0x8F, 0xBF, 0xBF],
    // Surrogates
    [0xED, 0xA0, 0x80], [0xED, 0xBF, 0xBF],
    // Above U+10FFFF
    [0xF4, 0x90, 0x80, 0x80], [0xF5, 0x80, 0x80, 0x80], [0xF8, 0x88, 0x80, 0x80, 0x80], [0xFE], [0xFF],
    // Cut short
    [0xC3], [0xE2], [0xE2, 0x82], [0xF0], [0xF0, 0x9F], [0xF0, 0x9F, 0x98], [0xC3, 0xC3, 0xA9],
    [0xE2, 0x82, 0xE2, 0x82, 0xAC],
  ]

  /// Around the borders of blocks 1, 2 and 3, and within a block.
  static let places = Array(58...66) + Array(90...95) + Array(122...130) + Array(186...194)

  /// Two blocks behind the sequence, so that it also lies in blocks that are neither the first nor the last of a call.
  static let behind = [UInt8](repeating: 0x61, count: 128)

  @Test("lets characters of each length pass at every place", arguments: Kernel.all)
  func validEverywhere(kernel: Kernel) {
    for sequence in Self.valid {
      for place in Self.places {
        let text = padded(Array(repeating: 0x61, count: place) + sequence + Self.behind)
        let scan = kernel.scan(text)
        #expect(scan.state.error == SLUICE_SCAN_OK, "\(sequence) at \(place)")
        #expect(scan.state.utf8 == 0)
      }
    }
  }

  @Test("names the first byte of each kind of bad sequence at every place", arguments: Kernel.all)
  func invalidEverywhere(kernel: Kernel) {
    for sequence in Self.invalid {
      for place in Self.places {
        for filler in [[0x61], Array("я".utf8)] as [[UInt8]] {
          let ahead = Array(repeatElement(filler, count: place / filler.count).joined())
          expectAgreement(kernel, padded(ahead + sequence + Self.behind), "\(sequence) at \(place)")
        }
      }
    }
  }

  @Test("agrees with Swift's decoder on every pair of bytes", arguments: Kernel.all)
  func pairs(kernel: Kernel) {
    for first in UInt8(0x80)...0xFF {
      for second in UInt8.min...0xFF {
        let lead = Array(repeating: UInt8(0x20), count: 100)
        let scan = kernel.scan(padded(lead + [first, second, 0x20] + Array(repeating: 0x20, count: 100)))
        let isValid = String(validating: [first, second], as: UTF8.self) != nil
        #expect((scan.state.error == SLUICE_SCAN_OK) == isValid, "\(first) \(second)")
      }
    }
  }

  @Test("reports a character that the end cuts short only when it is told of the end", arguments: Kernel.all)
  func cutShort(kernel: Kernel) {
    for cut in [[0xC3], [0xE2, 0x82], [0xF0, 0x9F, 0x98]] as [[UInt8]] {
      let bytes = Array(repeating: UInt8(0x61), count: 128 - cut.count) + cut
      var state = sluice_scan_state()
      var positions = [UInt32](repeating: 0, count: 256)
      _ = kernel.function(&state, bytes, 128, 0, &positions, 0)
      #expect(state.error == SLUICE_SCAN_OK)
      sluice_scan_finish(&state, 128)
      #expect(state.error == SLUICE_SCAN_UTF8)
      #expect(state.error_at == 128)
    }
  }

  @Test("names the byte that made it bad when the character began in an earlier call", arguments: Kernel.all)
  func acrossCalls(kernel: Kernel) {
    let bytes =
      Array(repeating: UInt8(0x61), count: 63) + [0xE2, 0x82, 0x20] + Array(repeating: UInt8(0x61), count: 62)
    #expect(kernel.scan(bytes).state.error_at == 63)
    #expect(kernel.scan(bytes, blocks: [1]).state.error_at == 65)
  }

  @Test("takes the earlier of two errors", arguments: Kernel.all)
  func earliest(kernel: Kernel) {
    let control = padded(Array("\"a\u{1}b".utf8) + [0xFF])
    #expect(kernel.scan(control).state.error == SLUICE_SCAN_CONTROL)
    #expect(kernel.scan(control).state.error_at == 2)
    let sequence = padded(Array("\"a".utf8) + [0xE2, 0x82, 0x01])
    #expect(kernel.scan(sequence).state.error == SLUICE_SCAN_UTF8)
    #expect(kernel.scan(sequence).state.error_at == 2)
    let overBorder = Array(repeating: UInt8(ascii: "\""), count: 63) + [0xE2] + padded([0x01])
    #expect(kernel.scan(overBorder).state.error == SLUICE_SCAN_UTF8)
    #expect(kernel.scan(overBorder).state.error_at == 63)
  }
}
