import PipelineSpec
import Records

/// One rule, compiled against the table. It remembers nothing of the rows that it was held against.
struct Check {
  struct Part {
    let source: OperandSource
    let name: String
    let isRepeated: Bool
    let condition: Condition
  }

  /// How a row breaks the rule: nothing of the row's content.
  struct Finding {
    let check: Int
    /// The operand it lies at; nil: all of them.
    let part: Int?
    /// Which of the values that a `*` leads to, counted from 1.
    let number: Int?
    /// For `unique`: where the same key was met first.
    var earlier: KeySet.Place?
    /// The value is too long to tell.
    var isUntried = false
  }

  /// What a value takes beside its bytes.
  private static let stepsPerValue = 128

  let number: Int
  let name: String
  let isWarning: Bool
  let phrase: String
  let parts: [Part]
  /// `unique`: the values of all parts are a key.
  let isUnique: Bool

  init(_ rule: Rule, number: Int, resolver: inout OperandResolver) throws(ValidateError) {
    let place = "rule \(rule.name), line \(rule.line)"
    self.number = number
    self.name = rule.name
    self.isWarning = rule.severity == .warning
    self.phrase = rule.phrase
    self.isUnique = rule.condition == .unique
    var parts: [Part] = []
    do throws(ValidateError) {
      for operand in rule.operands { parts.append(try Self.part(operand, rule, &resolver)) }
      if isUnique, parts.count > 1, parts.contains(where: \.isRepeated) {
        throw ValidateError(
          .rule,
          "a key of several parts cannot hold \(rule.operands.first { $0.path.contains(.each) }?.description ?? "*")",
          remedy: "make it a rule of its own")
      }
    } catch {
      throw ValidateError(error.kind, error.message, place: place, remedy: error.remedy)
    }
    self.parts = parts
  }

  /// What a rule asks of one operand.
  static func part(
    _ operand: Operand, _ rule: Rule, _ resolver: inout OperandResolver
  ) throws(ValidateError) -> Part {
    let (source, target, zone) = try resolver.resolve(operand)
    guard rule.condition.accepts(target) else {
      throw ValidateError(
        .rule, "\(rule.name) cannot look at \(operand), which is of type \(target)",
        remedy: target == .array ? "look at its elements: \(operand)/*" : nil)
    }
    return Part(
      source: source, name: operand.description, isRepeated: operand.path.contains(.each),
      condition: try Condition(rule.condition, target: target, zone: zone))
  }

  /// Appends the ways in which the row breaks the rule: one an operand.
  /// - Parameter keys: where `unique` remembers the row's key.
  /// - Throws: `ValidateError`; `CancellationError` when the task is cancelled.
  func judge(
    _ row: inout RowView, _ keys: KeySet?, at place: KeySet.Place, hasher: KeyHasher, scratch: inout ByteSink,
    meter: inout WorkMeter, into findings: inout [Finding]
  ) throws {
    try meter.spend(row.size)
    if let keys {
      let finding =
        parts.count == 1
        ? try repeatedValue(in: &row, keys, place, hasher, &scratch, &meter)
        : try repeatedKey(in: &row, keys, place, hasher, &scratch)
      if let finding { findings.append(finding) }
      return
    }
    for part in parts.indices {
      if let finding = try finding(in: &row, part, &scratch, &meter) { findings.append(finding) }
    }
  }

  /// The first value of an operand that breaks the rule.
  private func finding(
    in row: inout RowView, _ part: Int, _ scratch: inout ByteSink, _ meter: inout WorkMeter
  ) throws -> Finding? {
    var values = try row.values(of: parts[part].source, scratch: &scratch)
    var number = 0
    while let value = try row.next(&values) {
      number += 1
      try meter.spend(Self.stepsPerValue)
      let verdict = try parts[part].condition.verdict(on: value, scratch: &scratch, meter: &meter)
      if verdict == .holds { continue }
      return Finding(
        check: self.number, part: part, number: parts[part].isRepeated ? number : nil, isUntried: verdict == .untried)
    }
    return nil
  }

  /// Every value of the one operand is a key; nulls are not compared.
  private func repeatedValue(
    in row: inout RowView, _ keys: KeySet, _ place: KeySet.Place, _ fresh: KeyHasher, _ scratch: inout ByteSink,
    _ meter: inout WorkMeter
  ) throws -> Finding? {
    var finding: Finding?
    var values = try row.values(of: parts[0].source, scratch: &scratch)
    var number = 0
    while let value = try row.next(&values) {
      number += 1
      try meter.spend(Self.stepsPerValue)
      if value.isNull { continue }
      var hasher = fresh
      try value.append(to: &hasher, scratch: &scratch)
      guard let earlier = try keys.insert(hasher.hash, at: place), finding == nil else { continue }
      finding = Finding(check: self.number, part: 0, number: parts[0].isRepeated ? number : nil, earlier: earlier)
    }
    return finding
  }

  /// The values of all operands together are the key; with a null among them there is none.
  private func repeatedKey(
    in row: inout RowView, _ keys: KeySet, _ place: KeySet.Place, _ fresh: KeyHasher, _ scratch: inout ByteSink
  ) throws -> Finding? {
    var hasher = fresh
    for part in parts {
      var values = try row.values(of: part.source, scratch: &scratch)
      guard let value = try row.next(&values), !value.isNull else { return nil }
      try value.append(to: &hasher, scratch: &scratch)
    }
    return try keys.insert(hasher.hash, at: place).map {
      Finding(check: number, part: nil, number: nil, earlier: $0)
    }
  }

  func pointer(of finding: Finding) -> String {
    finding.part.map { parts[$0].name } ?? parts.map(\.name).joined(separator: ", ")
  }

  /// One sentence for people.
  func reason(_ finding: Finding) -> String {
    var text = pointer(of: finding)
    if let number = finding.number { text += " (value \(number))" }
    if let earlier = finding.earlier {
      text += " repeats the key of \(SourcePosition(ordinal: earlier.ordinal, offset: earlier.offset, length: 0))"
    } else {
      text += finding.isUntried ? " is too long to be held against the pattern" : " \(phrase)"
    }
    return text
  }
}
