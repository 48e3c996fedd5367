internal import Patterns
internal import Records

/// Reads one entry of `rules` or `where`.
struct RuleReader {
  let problems: Problems
  private let columns: [String: Column]
  private let names: [String]

  init(columns: [Column], problems: Problems) {
    self.problems = problems
    names = columns.map(\.name)
    self.columns = Dictionary(columns.map { ($0.name, $0) }) { first, _ in first }
  }

  enum Role { case rule, filter }

  /// A pattern of this size compiles at once; a larger one is no pattern that anybody wrote.
  static let patternLimit = 1000

  func read(_ node: YAMLNode, as role: Role) -> Rule? {
    guard let (kind, fields) = open(node, role) else { return nil }
    let operands = operands(fields, role)
    let severity = fields.choice("severity", Rule.Severity.self) ?? .error
    guard let condition = condition(kind, fields), !operands.isEmpty else { return nil }
    for (operand, place) in operands { check(condition, kind, of: operand, at: place, fields) }
    if case .range = condition { checkBounds(of: operands.map(\.operand), fields) }
    return Rule(condition: condition, operands: operands.map(\.operand), severity: severity, line: node.line)
  }

  /// Refuses what the column's type can never answer. Of a type of the target that is known once its catalogue is read.
  private func check(
    _ condition: Rule.Condition, _ kind: String, of operand: Operand, at place: YAMLNode, _ fields: Fields
  ) {
    guard let column = operand.column.flatMap({ columns[$0] }),
      let type = OperandType(column.type, path: operand.path)
    else { return }
    guard type.accepts(condition) else {
      let hint = type == .array ? "; its elements are \(Message.quoted("\(operand)/*"))" : ""
      return problems.add("`\(kind)` cannot look at \(place.shown), which is \(column.type)\(hint)", at: place)
    }
    guard case .oneOf(let values) = condition, !values.isEmpty else { return }
    for node in fields.list("values") {
      guard let scalar = node.scalar, !node.isBlank, !type.canEqual(JSONText.of(scalar)) else { continue }
      problems.add("\(node.shown) can never be a value of \(place.shown), which is \(column.type)", at: node)
    }
  }

  /// Refuses bounds that values of an operand cannot be held against, for the first such operand.
  private func checkBounds(of operands: [Operand], _ fields: Fields) {
    for operand in operands {
      let column = operand.column.flatMap { columns[$0] }
      guard let type = column.map({ OperandType($0.type, path: operand.path) }) ?? .json, type != .array else {
        continue
      }
      guard RangeReader(fields: fields, type: type, zone: column?.zone).check() else { return }
    }
  }

  /// The rule's name and its keys, once it is known which keys it may have.
  private func open(_ node: YAMLNode, _ role: Role) -> (kind: String, fields: Fields)? {
    let known = Shape.rules.filter { role == .rule || $0.rule != "unique" }
    guard let name = node.value(of: "rule")?.scalar else {
      let shape = Shape(noun: "a rule", keys: ["rule", "of", "severity"] + Shape.rules.flatMap(\.keys))
      Fields(node, shape, problems)?.requireScalar("rule", hint: ": one of \(Message.list(known.map(\.rule)))")
      return nil
    }
    // What `notEmpty` was called before.
    let text = name.text == "required" ? "notEmpty" : name.text
    guard let rule = known.first(where: { $0.rule == text }) else {
      let reason =
        name.text == "unique"
        ? "`unique` cannot stand in `where`: which of the equal records would stay? Use `into.repeated`"
        : "there is no rule \(Message.quoted(name.written)); the rules are \(Message.list(known.map(\.rule)))"
          + problems.hint(for: name.text, among: known.map(\.rule))
      problems.add(reason, at: node.value(of: "rule") ?? node)
      return nil
    }
    let common = role == .rule ? ["rule", "of", "severity"] : ["rule", "of"]
    return Fields(node, Shape(noun: "rule `\(rule.rule)`", keys: common + rule.keys), problems)
      .map { (rule.rule, $0) }
  }

  // MARK: what it asks

  private func condition(_ kind: String, _ fields: Fields) -> Rule.Condition? {
    switch kind {
    case "notEmpty": .notEmpty
    case "unique": unique(fields)
    case "oneOf": oneOf(fields)
    case "range": range(fields)
    case "length": length(fields)
    case "pattern": pattern(fields)
    case "type": type(fields)
    case "date": .date
    default: nil
    }
  }

  private func unique(_ fields: Fields) -> Rule.Condition {
    for node in fields.oneOrMore("of") {
      guard let text = node.scalar?.text, let operand = Operand(text), operand.path.contains(.each) else { continue }
      problems.add("`unique` compares records, and cannot look at every element (`*`)", at: node)
    }
    return .unique
  }

  private func oneOf(_ fields: Fields) -> Rule.Condition? {
    fields.require("values")
    guard fields["values"] != nil else { return nil }
    let values = fields.list("values").compactMap { node in fields.scalar(node, "values").map(JSONText.of) }
    if values.isEmpty, case .sequence([]) = fields["values"]?.content { fields.report("values", "must not be empty") }
    return .oneOf(values)
  }

  /// What the bounds must be, the type of what they are held against says.
  private func range(_ fields: Fields) -> Rule.Condition {
    requireBound(fields)
    return .range(min: fields.text("min"), max: fields.text("max"))
  }

  private func length(_ fields: Fields) -> Rule.Condition {
    let min = fields.integer("min", in: 0...Int.max)
    let max = fields.integer("max", in: 0...Int.max)
    requireBound(fields)
    if let min, let max, min > max { fields.report("max", "is below `min`: no value could pass") }
    return .length(min: min, max: max)
  }

  private func requireBound(_ fields: Fields) {
    if fields["min"] == nil, fields["max"] == nil { fields.require("min", hint: " or `max`") }
  }

  private func pattern(_ fields: Fields) -> Rule.Condition? {
    fields.require("pattern")
    guard let scalar = fields.scalar("pattern") else { return nil }
    let pattern = scalar.text
    guard pattern.utf8.count <= Self.patternLimit else {
      fields.report("pattern", "has \(pattern.utf8.count) bytes; at most \(Self.patternLimit) are taken")
      return nil
    }
    do throws(PatternError) {
      _ = try Pattern(pattern)
    } catch {
      // What comes from the environment may be secret.
      let place = !error.part.isEmpty && scalar.written.contains(error.part) ? ", at `\(error.part.visible)`" : ""
      fields.report("pattern", error.message + place + (error.remedy.map { "; \($0)" } ?? ""))
    }
    return .pattern(pattern)
  }

  private func type(_ fields: Fields) -> Rule.Condition? {
    fields.require("is")
    return fields.choice("is", Rule.JSONType.self).map { .type($0) }
  }

  // MARK: what it looks at

  private func operands(_ fields: Fields, _ role: Role) -> [(operand: Operand, place: YAMLNode)] {
    fields.require(
      "of",
      hint: ": a column, or a place inside one such as `data/status`"
        + (role == .filter ? ", or in the record such as `/status`" : ""))
    let nodes = fields.oneOrMore("of")
    if case .sequence([]) = fields["of"]?.content { fields.report("of", "must name a column") }
    if fields["of"]?.isBlank == true { fields.report("of", "must name a column") }
    return nodes.compactMap { node in
      fields.scalar(node, "of").flatMap { operand($0.text, role, at: node) }.map { ($0, node) }
    }
  }

  private func operand(_ text: String, _ role: Role, at node: YAMLNode) -> Operand? {
    if text.utf8.contains(UInt8(ascii: "/")) { PointerReader.checkEnd(of: node, "of", problems) }
    guard var operand = Operand(text) else {
      problems.add("\(node.shown): `~` must be written `~0`, and `/` inside a name `~1`", at: node)
      return nil
    }
    guard let name = operand.column else {
      if role == .filter { return operand }
      problems.add(
        "\(node.shown) is a place in the record, which only `where` looks at; a rule looks at what is loaded: name a column",
        at: node)
      return nil
    }
    guard let column = columns[name] else {
      let hint = problems.hint(for: name, among: names)
      problems.add("`of` names \(node.shown), which is not among `columns`\(hint)", at: node)
      return nil
    }
    operand.column = column.name
    guard operand.path.isEmpty || hasInside(column.type, operand.path) else {
      problems.add(
        "\(node.shown) looks inside column \(Message.quoted(column.name)), which is \(column.type); "
          + "only json and jsonb columns have an inside, and arrays have elements (`\(column.name)/*`)", at: node)
      return nil
    }
    return operand
  }

  private func hasInside(_ type: ColumnType, _ path: [Operand.Step]) -> Bool {
    switch type {
    case .scalar(let scalar): scalar == .json || scalar == .jsonb
    case .array: path == [.each]
    // Only the catalogue knows.
    case .named: true
    }
  }
}
