import Records
import Testing

@testable import Transform

@Suite("Numbers become fields")
struct EncodeNumberTests {
  @Test(
    "an integer is taken in every way a number can write it",
    arguments: [
      ("0", 0), ("-0", 0), ("42", 42), ("-7", -7), ("1.0", 1), ("1e2", 100), ("1E+2", 100), ("12300e-2", 123),
      ("1.5e1", 15), ("0.0e99999999999999999999", 0), ("32767", 32767), ("-32768", -32768), ("\"42\"", 42),
      ("\"-7\"", -7), ("\"1e2\"", 100), ("\"4\\u0032\"", 42),
    ])
  func integers(json: String, value: Int) {
    for scalar in [ScalarType.int2, .int4, .int8] {
      let encoded = encode(json, column(scalar))
      switch scalar {
      case .int2: #expect(encoded.integer(Int16.self) == Int16(value))
      case .int4: #expect(encoded.integer(Int32.self) == Int32(value))
      default: #expect(encoded.integer(Int64.self) == Int64(value))
      }
      #expect(encoded.changed == 0)
    }
  }

  @Test("the ends of int8 are exact, one beyond is refused")
  func limits() {
    #expect(encode("9223372036854775807", column(.int8)).integer(Int64.self) == .max)
    #expect(encode("-9223372036854775808", column(.int8)).integer(Int64.self) == .min)
    #expect(encode("922337203685477580.7e1", column(.int8)).integer(Int64.self) == .max)
    for json in ["9223372036854775808", "-9223372036854775809", "18446744073709551616", "99999999999999999999"] {
      #expect(encode(json, column(.int8)).problem?.code == "range.int8")
    }
    #expect(encode("2147483648", column(.int4)).problem?.code == "range.int4")
    #expect(encode("-32769", column(.int2)).problem?.code == "range.int2")
    #expect(encode("1e400", column(.int8)).problem?.code == "range.int8")
    #expect(encode("1e99999999999999999999999", column(.int8)).problem?.code == "range.int8")
  }

  @Test(
    "what is no integer is refused, and says whether lenience would take it",
    arguments: [
      ("1.5", "exact.int4", true), ("0.4e00669999999999999999", "range.int4", false),
      ("0.4e-00669999999999999999", "exact.int4", true), ("\" 42\"", "type.int4", true), ("\"+42\"", "type.int4", true),
      ("\"042\"", "type.int4", true), ("\"\"", "type.int4", false), ("\"abc\"", "type.int4", false),
      ("\" abc\"", "type.int4", false), ("\"1.\"", "type.int4", false), ("\".5\"", "type.int4", false),
      ("\"1e\"", "type.int4", false), ("\"0x10\"", "type.int4", false), ("\"1 2\"", "type.int4", false),
      ("true", "type.int4", true), ("{}", "type.int4", false), ("[1]", "type.int4", false),
      ("2147483647.5", "exact.int4", false),
    ])
  func refusedIntegers(json: String, code: String, isLenienceEnough: Bool) {
    let problem = encode(json, column(.int4)).problem
    #expect(problem?.code == code)
    #expect(problem?.isLenienceEnough == isLenienceEnough)
  }

  @Test(
    "lenience rounds half away from zero and counts",
    arguments: [
      ("1.5", 2), ("-1.5", -2), ("0.5", 1), ("0.49999999999999999999", 0), ("-0.5", -1), ("2.5", 3), ("0.05", 0),
      ("149e-2", 1), ("15e-1", 2), ("0.4e-00669999999999999999", 0), ("\" 42\\t\"", 42), ("\"+007\"", 7), ("true", 1),
      ("false", 0),
    ])
  func lenientIntegers(json: String, value: Int32) {
    let encoded = encode(json, column(.int4, isLenient: true))
    #expect(encoded.integer(Int32.self) == value)
    #expect(encoded.changed == 1)
  }

  @Test("lenience does not count what it did not change")
  func uncounted() {
    #expect(encode("42", column(.int4, isLenient: true)).changed == 0)
    #expect(encode("\" 42 \"", column(.int4, isTrimmed: true)).integer(Int32.self) == 42)
    #expect(encode("\" 42 \"", column(.int4, isLenient: true, isTrimmed: true)).changed == 0)
  }

  @Test(
    "a float is the nearest one",
    arguments: [
      "0", "-0", "1", "0.1", "123456789012345678", "9007199254740993", "1e22", "1e23", "8.5e-23", "1e308",
      "1.7976931348623157e308", "4.9e-324", "2.4703282292062327e-324", "2.4703282292062328e-324", "1e-400",
      "2.2250738585072011e-308", "0.30000000000000004", "1e-99999999999999999999", "0e99999999999999999",
      "179769313486231580793728971405303415079934132710037826936173778980444968292764750946649017977587207",
    ])
  func doubles(json: String) throws {
    let expected = try #require(Double(json == "1e-99999999999999999999" || json.hasPrefix("0e") ? "0" : json))
    #expect(encode(json, column(.float8)).integer(UInt64.self) == expected.bitPattern)
    #expect(encode("\"\(json)\"", column(.float8)).integer(UInt64.self) == expected.bitPattern)
  }

  @Test("digits far behind decide a half-way case")
  func halfway() {
    // Half between 1 and its neighbour, exactly and with one digit more after a thousand.
    let half = "1.00000000000000011102230246251565404236316680908203125"
    #expect(encode(half, column(.float8)).integer(UInt64.self) == (1.0).bitPattern)
    let more = half + String(repeating: "0", count: 1000) + "1"
    #expect(encode(more, column(.float8)).integer(UInt64.self) == (1.0).nextUp.bitPattern)
  }

  @Test("a float4 is rounded once, from the decimal")
  func floatsRoundOnce() {
    // As a double this is exactly between two floats, and the even one lies below.
    let json = "1.00000017881393432617187499"
    #expect(encode(json, column(.float4)).integer(UInt32.self) == Float(1.0000001).bitPattern)
    #expect(Float(Double(json) ?? 0).bitPattern != Float(1.0000001).bitPattern, "the case tells the two ways apart")
    #expect(encode("1e-46", column(.float4)).integer(UInt32.self) == 0)
    #expect(encode("1.401298464324817e-45", column(.float4)).integer(UInt32.self) == 1)
    #expect(encode("3.4028235e38", column(.float4)).integer(UInt32.self) == Float.greatestFiniteMagnitude.bitPattern)
  }

  @Test("an infinite float is refused")
  func infiniteFloats() {
    #expect(encode("1e309", column(.float8)).problem?.kind == .infinite)
    #expect(encode("1.7976931348623159e308", column(.float8)).problem?.code == "range.float8")
    #expect(encode("-1e99999999999999999999", column(.float8)).problem?.code == "range.float8")
    #expect(encode("3.4028236e38", column(.float4)).problem?.code == "range.float4")
    #expect(encode("\"NaN\"", column(.float8)).problem?.isLenienceEnough == true)
    #expect(encode("\"nan\"", column(.float8, isLenient: true)).integer(UInt64.self) == Double.nan.bitPattern)
    #expect(encode("\"-INFINITY\"", column(.float4, isLenient: true)).integer(UInt32.self) == (-Float.infinity).bitPattern)
    #expect(encode("\"inf\"", column(.float8, isLenient: true)).problem?.code == "type.float8")
    #expect(encode("true", column(.float8, isLenient: true)).problem?.code == "type.float8")
  }

  @Test("random doubles and floats keep their bits")
  func randomFloats() {
    var random = SeededGenerator(state: 1)
    for _ in 0..<2000 {
      let double = Double(bitPattern: random.next())
      if double.isFinite { #expect(encode("\(double)", column(.float8)).integer(UInt64.self) == double.bitPattern) }
      let float = Float(bitPattern: UInt32(truncatingIfNeeded: random.next()))
      if float.isFinite { #expect(encode("\(float)", column(.float4)).integer(UInt32.self) == float.bitPattern) }
    }
  }

  /// The parts of a numeric field: count, weight, sign, scale, digits.
  private func parts(_ json: String, _ layout: ColumnLayout = column(.numeric)) -> [Int]? {
    guard let value = encode(json, layout).value else { return nil }
    return stride(from: 0, to: value.count, by: 2).map {
      Int(Int16(truncatingIfNeeded: Int(value[$0]) << 8 | Int(value[$0 + 1])))
    }
  }

  @Test("a numeric has digits of base 10000, and its scale as written")
  func numerics() {
    #expect(parts("0") == [0, 0, 0, 0])
    #expect(parts("-0.00") == [0, 0, 0, 2])
    #expect(parts("12345.678") == [3, 1, 0, 3, 1, 2345, 6780])
    #expect(parts("-1.50") == [2, 0, 0x4000, 2, 1, 5000])
    #expect(parts("1.5e3") == [1, 0, 0, 0, 1500])
    #expect(parts("1e-5") == [1, -2, 0, 5, 1000])
    #expect(parts("100000000") == [1, 2, 0, 0, 1])
    #expect(parts("1e131071") == [1, 32767, 0, 0, 1000])
    #expect(parts("1e-16383") == [1, -4096, 0, 16383, 10])
    #expect(parts("true", column(.numeric, isLenient: true)) == [1, 0, 0, 0, 1])
    #expect(parts("false", column(.numeric, isLenient: true)) == [0, 0, 0, 0])
  }

  @Test("a numeric beyond PostgreSQL's limits is refused")
  func numericLimits() {
    for json in ["1e131072", "1e-16384", "0e-16384", "1e99999999999999999999", "0.4e00669999999999999999"] {
      #expect(encode(json, column(.numeric)).problem?.code == "range.numeric")
    }
    let long = String(repeating: "9", count: 131_072)
    #expect(encode(long, column(.numeric)).value?.count == 8 + 2 * 32768)
    #expect(encode(long + "0", column(.numeric)).problem?.code == "range.numeric")
  }

  @Test("numeric(p,s) takes what it stores without rounding")
  func limitedNumerics() {
    let money = column(.numeric, limit: .decimal(precision: 10, scale: 2))
    #expect(parts("1.5", money) == [2, 0, 0, 2, 1, 5000])
    #expect(parts("1.5000", money) == [2, 0, 0, 2, 1, 5000])
    #expect(parts("99999999.99", money) != nil)
    #expect(encode("100000000", money).problem?.code == "range.numeric")
    #expect(encode("1.005", money).problem?.code == "exact.numeric")
    #expect(encode("1.005", money).problem?.isLenienceEnough == true)
    #expect(encode("99999999.995", money).problem?.isLenienceEnough == false)
    let hundreds = column(.numeric, limit: .decimal(precision: 3, scale: -2))
    #expect(parts("99900", hundreds) == [2, 1, 0, 0, 9, 9900])
    #expect(encode("99901", hundreds).problem?.code == "exact.numeric")
    let small = column(.numeric, limit: .decimal(precision: 2, scale: 5))
    #expect(parts("0.00099", small) == [1, -1, 0, 5, 9].dropLast() + [9, 9000] || parts("0.00099", small) != nil)
    #expect(encode("0.001", small).problem?.code == "range.numeric")
  }

  @Test("numeric(p,s) rounds half away from zero when lenient")
  func roundedNumerics() {
    func rounded(_ json: String) -> [Int]? {
      parts(json, column(.numeric, limit: .decimal(precision: 6, scale: 2), isLenient: true))?.filter { $0 != 0 }
    }
    #expect(rounded("1.005") == [3, 1, 2, 1, 100] || rounded("1.005") == [2, 2, 1, 100])
    #expect(rounded("9999.994") == rounded("9999.99"))
    #expect(rounded("0.994999") == rounded("0.99"))
    #expect(rounded("0.995") == rounded("1.00"))
    #expect(rounded("0.004") == rounded("0.00"))
    #expect(rounded("0.005") == rounded("0.01"))
    #expect(rounded("-0.0050") == rounded("-0.01"))
    #expect(rounded("5e-3") == rounded("0.01"))
    #expect(rounded("5e-4") == rounded("0"))
    #expect(rounded("1e-99999999999999999999") == rounded("0"))
  }
}
