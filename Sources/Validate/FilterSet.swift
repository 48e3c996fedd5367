public import PipelineSpec
public import Records

/// The rules under `where`, compiled against the columns of a table. A record is left out where its value at one of the places
/// breaks a rule; a value that a rule cannot judge leaves nothing out.
///
/// A column's value is what was found, or the default, compared as the column reads it: `"7"` in a column of numbers is 7, a
/// local time has the column's zone. A number is compared exactly, as it is written, and `type` looks at the JSON value.
public struct FilterSet: Sendable {
  /// What has to be found of each record.
  public let places: [FilterPlace]

  /// What one rule asks of one operand.
  struct Part: Sendable {
    let place: Int
    /// nil: a place in the record.
    let column: ColumnLayout?
    /// Where the values lie inside the one that was found; nil: it is the one.
    let walk: (walker: Int, path: Int)?
    let condition: Condition
    /// `type` looks at the value before its column reads it.
    let isOfJSON: Bool
  }

  let parts: [Part]
  /// The trees of the walks that the parts number.
  let tries: [PathTrie]

  /// - Throws: `validate.rule` where a column cannot answer what a rule asks.
  public init(_ rules: [Rule], layout: TableLayout) throws(ValidateError) {
    var places: [FilterPlace] = []
    var parts: [Part] = []
    var resolver = OperandResolver(layout)
    var walks = PathWalks()
    for rule in rules {
      do throws(ValidateError) {
        for operand in rule.operands {
          let (place, inside, condition) = try Self.compile(operand, of: rule, &resolver)
          let number = places.firstIndex(of: place) ?? places.count
          if number == places.count { places.append(place) }
          var column: ColumnLayout?
          if case .column(let index) = place { column = layout.columns[index] }
          var isOfJSON = false
          if case .type = rule.condition { isOfJSON = true }
          parts.append(
            Part(
              place: number, column: column, walk: inside.isEmpty ? nil : walks.add(inside, of: number),
              condition: condition, isOfJSON: isOfJSON))
        }
      } catch {
        throw ValidateError(
          error.kind, error.message, place: "rule \(rule.name), line \(rule.line)", remedy: error.remedy)
      }
    }
    self.places = places
    self.parts = parts
    tries = walks.tries
  }

  /// What has to be found for an operand, the way from there to its values, and what is asked of them.
  private static func compile(
    _ operand: Operand, of rule: Rule, _ resolver: inout OperandResolver
  ) throws(ValidateError) -> (place: FilterPlace, inside: [Operand.Step], condition: Condition) {
    guard operand.column == nil else {
      let part = try Check.part(operand, rule, &resolver)
      return (.column(part.source.column), operand.path, part.condition)
    }
    var keys: [String] = []
    for case .key(let key) in operand.path.prefix(while: { $0 != .each }) { keys.append(key) }
    return (
      .record(keys), Array(operand.path.dropFirst(keys.count)),
      try Condition(rule.condition, target: .json, zone: nil)
    )
  }
}
