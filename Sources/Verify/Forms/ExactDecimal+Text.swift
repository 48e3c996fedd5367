extension ExactDecimal {
  /// Plain digits where the point lies near them, else `digits e exponent`.
  var text: String {
    var digits = long.map { String($0) } ?? String(mantissa)
    let sign = isNegative && !isZero ? "-" : ""
    switch exponent {
    case 0: break
    case 1...20: digits += String(repeating: "0", count: exponent)
    case -40 ... -1:
      let missing = 1 - exponent - digits.utf8.count
      if missing > 0 { digits = String(repeating: "0", count: missing) + digits }
      digits.insert(".", at: digits.index(digits.endIndex, offsetBy: exponent))
    default: digits += "e\(exponent)"
    }
    return sign + digits
  }
}
