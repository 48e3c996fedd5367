import PipelineSpec

extension Rule {
  /// What is wrong with a value that breaks this rule, to follow the name of the operand: nothing of the value.
  var phrase: String {
    switch condition {
    case .notEmpty: "is missing, null or empty"
    case .unique: "is not unique"
    case .oneOf(let values):
      values.count == 1 ? "is not the one value allowed" : "is none of the \(values.count) values allowed"
    case .range(let min, let max): "is not " + Self.span(min, max)
    case .length(let min, let max): "has a length that is not " + Self.span(min.map { "\($0)" }, max.map { "\($0)" })
    case .pattern(let text): "does not match the pattern \(text)"
    case .type(let type): "is not of the JSON type \(type.rawValue)"
    case .date: "is not an ISO 8601 date or RFC 3339 instant"
    }
  }

  private static func span(_ min: String?, _ max: String?) -> String {
    switch (min, max) {
    case (let min?, let max?): "between \(min) and \(max)"
    case (let min?, nil): "at least \(min)"
    case (nil, let max?): "at most \(max)"
    case (nil, nil): "comparable"
    }
  }
}
