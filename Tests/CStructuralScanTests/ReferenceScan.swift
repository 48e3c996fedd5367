import CStructuralScan

/// What a scan of whole bytes has to give, found one byte at a time and with Swift's own UTF-8 decoder: it shares
/// nothing with the kernels but the contract.
struct ReferenceScan: Equatable {
  var positions: [UInt32] = []
  var lines: UInt64 = 0
  var error: Failure?

  struct Failure: Equatable {
    var kind: UInt32
    var at: UInt64
  }

  init(_ bytes: [UInt8]) {
    var inString = false
    var escaped = false
    var inScalar = false
    var openQuote = 0
    var control: Int?
    for (place, byte) in bytes.enumerated() {
      var scalar = false
      if byte == UInt8(ascii: "\n") { lines += 1 }
      if inString {
        if byte < 0x20, control == nil { control = place }
        if escaped {
          escaped = false
        } else if byte == UInt8(ascii: "\\") {
          escaped = true
          positions[openQuote] |= 0x8000_0000
        } else if byte == UInt8(ascii: "\"") {
          positions.append(UInt32(place))
          inString = false
        }
      } else {
        switch byte {
        case UInt8(ascii: "\""):
          openQuote = positions.count
          positions.append(UInt32(place))
          inString = true
        case UInt8(ascii: "{"), UInt8(ascii: "}"), UInt8(ascii: "["), UInt8(ascii: "]"), UInt8(ascii: ":"),
          UInt8(ascii: ","):
          positions.append(UInt32(place))
        case 0x20, 0x09, 0x0A, 0x0D: break
        default:
          scalar = true
          if !inScalar { positions.append(UInt32(place)) }
        }
      }
      inScalar = scalar
    }
    let utf8 = Self.firstBadSequence(bytes)
    if let utf8, utf8 <= control ?? .max {
      error = Failure(kind: SLUICE_SCAN_UTF8.rawValue, at: UInt64(utf8))
    } else if let control {
      error = Failure(kind: SLUICE_SCAN_CONTROL.rawValue, at: UInt64(control))
    }
  }

  /// The first byte of the first sequence that is not UTF-8; `bytes.count` when the last one is cut short.
  private static func firstBadSequence(_ bytes: [UInt8]) -> Int? {
    var place = 0
    while place < bytes.count {
      if bytes[place] < 0x80 {
        place += 1
        continue
      }
      let length = (2...4).first { length in
        place + length <= bytes.count
          && String(validating: bytes[place..<place + length], as: UTF8.self)?.unicodeScalars.count == 1
      }
      guard let length else { return isCutShort(bytes[place...]) ? bytes.count : place }
      place += length
    }
    return nil
  }

  /// Whether more bytes could make a character of these.
  private static func isCutShort(_ bytes: ArraySlice<UInt8>) -> Bool {
    guard bytes.count < 4 else { return false }
    let continuations: [UInt8] = [0x80, 0x90, 0xA0, 0xBF]
    var candidates = [Array(bytes)]
    for _ in bytes.count..<4 {
      candidates = candidates.flatMap { candidate in continuations.map { candidate + [$0] } }
      let found = candidates.contains { String(validating: $0, as: UTF8.self)?.unicodeScalars.count == 1 }
      if found { return true }
    }
    return false
  }

  /// The same with everything past the error left out: there a scan promises nothing.
  var meaningful: ReferenceScan {
    guard let error else { return self }
    var copy = self
    copy.lines = 0
    copy.positions = positions.compactMap { entry in
      let place = entry & 0x7FFF_FFFF
      return place < error.at ? place : nil
    }
    return copy
  }
}
