/// `min` and `max`, as `range` and `length` have them.
enum Span {
  /// To follow "is not".
  static func text(_ min: String?, _ max: String?) -> String {
    switch (min, max) {
    case (let min?, let max?): "between \(min) and \(max)"
    case (let min?, nil): "at least \(min)"
    case (nil, let max?): "at most \(max)"
    case (nil, nil): "comparable"
    }
  }
}

extension Fields {
  /// Reports that both ends are missing.
  func requireBound() {
    if self["min"] == nil, self["max"] == nil { require("min", hint: " or `max`") }
  }
}
