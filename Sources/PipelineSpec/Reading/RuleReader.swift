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

  func read(_ node: YAMLNode, as role: Role) -> Rule? {
    guard let (kind, fields) = open(node, role) else { return nil }
    let operands = operands(fields, role)
    let severity = fields.choice("severity", Rule.Severity.self) ?? .error
    guard let condition = kind.read(fields), !operands.isEmpty else { return nil }
    for operand in operands { check(condition, kind.name, of: operand) }
    condition.kind.check(operands, fields)
    return Rule(condition: condition, operands: operands.map(\.operand), severity: severity, line: node.line)
  }

  /// Refuses what the column's type can never answer. Of a type of the target that is known once its catalogue is read.
  private func check(_ condition: Rule.Condition, _ name: String, of operand: RuleOperand) {
    guard let column = operand.column, let type = operand.type, !condition.accepts(type) else { return }
    let hint = type == .array ? "; its elements are \(Message.quoted("\(operand.operand)/*"))" : ""
    problems.add("`\(name)` cannot look at \(operand.node.shown), which is \(column.type)\(hint)", at: operand.node)
  }

  /// The rule's kind and its keys, once it is known which keys it may have.
  private func open(_ node: YAMLNode, _ role: Role) -> (kind: any RuleKind.Type, fields: Fields)? {
    let kinds = Rule.Condition.kinds
    let known = kinds.filter { role == .rule || $0.whyNoFilter == nil }.map { $0.name }
    guard let name = node.value(of: "rule")?.scalar else {
      let shape = Shape(noun: "a rule", keys: ["rule", "of", "severity"] + kinds.flatMap { $0.keys })
      Fields(node, shape, problems)?.requireScalar("rule", hint: ": one of \(Message.list(known))")
      return nil
    }
    // What `notEmpty` was called before.
    let text = name.text == "required" ? NotEmptyRule.name : name.text
    guard let kind = kinds.first(where: { $0.name == text }), known.contains(kind.name) else {
      let why = kinds.first { $0.name == name.text }?.whyNoFilter
      let reason =
        why.map { "`\(name.text)` cannot stand in `where`: \($0)" }
        ?? "there is no rule \(Message.quoted(name.written)); the rules are \(Message.list(known))"
        + problems.hint(for: name.text, among: known)
      problems.add(reason, at: node.value(of: "rule") ?? node)
      return nil
    }
    let common = role == .rule ? ["rule", "of", "severity"] : ["rule", "of"]
    return Fields(node, Shape(noun: "rule `\(kind.name)`", keys: common + kind.keys), problems).map { (kind, $0) }
  }

  // MARK: what it looks at

  private func operands(_ fields: Fields, _ role: Role) -> [RuleOperand] {
    fields.require(
      "of",
      hint: ": a column, or a place inside one such as `data/status`"
        + (role == .filter ? ", or in the record such as `/status`" : ""))
    let nodes = fields.oneOrMore("of")
    if case .sequence([]) = fields["of"]?.content { fields.report("of", "must name a column") }
    if fields["of"]?.isBlank == true { fields.report("of", "must name a column") }
    return nodes.compactMap { node in
      fields.scalar(node, "of").flatMap { operand($0.text, role, at: node) }.map { operand in
        RuleOperand(operand: operand, node: node, column: operand.column.flatMap { columns[$0] })
      }
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
    case .scalar(let scalar): OperandType(scalar) == .json
    case .array: path == [.each]
    // Only the catalogue knows.
    case .named: true
    }
  }
}
