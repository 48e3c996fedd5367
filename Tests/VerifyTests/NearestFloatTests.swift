import TestSupport
import Testing

@testable import Verify

@Suite("Decimals become the nearest float")
struct NearestFloatTests {
  private let scratch = Scratch()

  private func check(_ text: String) {
    let bytes = Array(text.utf8)
    bytes.withUnsafeBytes { buffer in
      guard let run = ByteRun(buffer), let decimal = ExactDecimal(run, digits: scratch.digits) else {
        Issue.record("\(text) is no number")
        return
      }
      let float8 = Double(bitPattern: NearestFloat.float8(decimal))
      let float4 = Float(bitPattern: NearestFloat.float4(decimal))
      #expect(float8.bitPattern == Double(text)?.bitPattern, "\(text)")
      #expect(float4.bitPattern == Float(text)?.bitPattern, "\(text)")
    }
  }

  @Test("where rounding is hard")
  func edges() {
    for text in [
      "0", "-0", "1", "5e-324", "2.5e-324", "2.4703282292062327208e-324", "2.4703282292062328e-324",
      "2.2250738585072011e-308", "2.2250738585072014e-308", "1.7976931348623157e308", "1.7976931348623159e308", "1e309",
      "9007199254740993", "9007199254740995", "9007199254740993.00000000000000000000001", "1e23", "8.5e22",
      "4503599627370496.5", "4503599627370497.5", "7.2057594037927933e16", "1e-400", "1e400",
      "123456789012345678901e-40",
      "1.00000005960464477539062", "1.00000005960464477539063", "1.40129846e-45", "7.0064923216240854e-46",
      "7.0064923216240853e-46", "3.4028235677973366e38", "3.4028235e38", "16777217", "16777219", "1e-45",
      "1.1754943e-38",
      "-12345678901234567890123456789012345678901234567890e-20", "0.000000000000000000000000000000000000000000001",
    ] { check(text) }
  }

  @Test("for random digits and powers, and for every float's shortest text")
  func random() {
    var random = RandomValues(seed: 5)
    for _ in 0..<4_000 {
      let digits = "\(random.int(1...9))" + random.digits(0...22)
      check("\(digits)e\(random.int(-360...310))")
      check("\(digits)e\(random.int(-65...40))")
      let float = Double(bitPattern: random.next())
      if float.isFinite { check("\(float)") }
      let small = Float(bitPattern: UInt32(truncatingIfNeeded: random.next()))
      if small.isFinite { check("\(small)") }
    }
  }
}
