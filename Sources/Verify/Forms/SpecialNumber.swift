/// What is no number but stands in its place.
enum SpecialNumber: UInt64 {
  case nan = 0
  case infinity = 1
  case minusInfinity = 2

  /// Reads the names in any case.
  @inline(__always) init?(_ run: ByteRun) {
    guard run.count >= 3, run.end[-1] &- 0x30 >= 10 else { return nil }
    self.init(named: run)
  }

  private init?(named run: ByteRun) {
    if run.isLowercased("nan") {
      self = .nan
    } else if run.isLowercased("infinity") || run.isLowercased("+infinity") {
      self = .infinity
    } else if run.isLowercased("-infinity") {
      self = .minusInfinity
    } else {
      return nil
    }
  }

  var float4: Float {
    switch self {
    case .nan: .nan
    case .infinity: .infinity
    case .minusInfinity: -.infinity
    }
  }

  var float8: Double {
    switch self {
    case .nan: .nan
    case .infinity: .infinity
    case .minusInfinity: -.infinity
    }
  }

  /// For reports.
  var name: String {
    switch self {
    case .nan: "NaN"
    case .infinity: "Infinity"
    case .minusInfinity: "-Infinity"
    }
  }
}
