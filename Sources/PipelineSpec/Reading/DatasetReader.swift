internal import Records

/// Reads one entry of `datasets`.
struct DatasetReader {
  let sourceDirectory: String
  /// Where tables lie that name no schema.
  let schema: String
  /// What holds where the dataset says nothing.
  let policies: Policies
  let problems: Problems

  /// PostgreSQL's limit of columns in a table.
  static let columnLimit = 1600

  func read(_ node: YAMLNode) -> Dataset? {
    guard let fields = Fields(node, .dataset, problems) else { return nil }
    let name = name(fields)
    let columns = columns(fields)
    return Dataset(
      name: name, source: source(fields), destination: destination(fields, columns), columns: columns,
      checks: checks(fields, columns), isVolatile: fields.flag("volatile") ?? false)
  }

  private func name(_ fields: Fields) -> String {
    guard let name = fields.requiredText("dataset", hint: ": its name") else { return "" }
    if !NameReader.isDatasetName(name) {
      fields.report(
        "dataset",
        "becomes the name of files: use A-Z, a-z, 0-9, `_`, `-` and `.`, a letter or digit first, "
          + "at most \(NameReader.datasetLimit) bytes")
    }
    return name
  }

  // MARK: from

  private func source(_ fields: Fields) -> Source {
    var source = Source(file: "", directory: sourceDirectory)
    fields.require("from", hint: ": the file")
    guard let from = fields["from"].flatMap({ Fields($0, .from, problems) }) else { return source }
    source.file = file(from) ?? ""
    source.format = from.choice("format") ?? source.format
    if let text = from.text("at") {
      if let pointer = JSONPointer(text) {
        PointerReader.check(pointer, "at", from)
        source.at = pointer
      } else {
        from.report("at", "must be a JSON Pointer: \"\" for the document, or `/key/…`, with `~0` for ~ and `~1` for /")
      }
    }
    let outer = fields.flag("optional")
    let inner = from.flag("optional")
    if outer != nil, inner != nil { from.report("optional", "stands on the dataset already; keep one of them") }
    source.isOptional = outer ?? inner ?? source.isOptional
    return source
  }

  /// The file as an absolute path, which cannot be outside the source directory; `-` stays.
  private func file(_ from: Fields) -> String? {
    guard let file = from.requiredText("file") else { return nil }
    if file == "-" { return file }
    let reason: String? =
      if file.isEmpty || LexicalPath.isDirectoryItself(file) {
        "must name a file"
      } else if file.utf8.contains(0) {
        "must not hold a NUL"
      } else if LexicalPath.isAbsolute(file) {
        "must be relative to `source.directory`, not absolute"
      } else if LexicalPath.escapes(file) {
        "must stay inside `source.directory`"
      } else {
        nil
      }
    if let reason {
      from.report("file", reason)
      return nil
    }
    return LexicalPath.resolve(file, in: sourceDirectory)
  }

  // MARK: into

  private func destination(_ fields: Fields, _ columns: [Column]) -> Destination {
    var destination = Destination(schema: schema, table: "")
    fields.require("into", hint: ": the table")
    guard let into = fields["into"].flatMap({ Fields($0, .into, problems) }) else { return destination }
    into.require("table")
    destination.table = NameReader.table(into) ?? ""
    destination.schema = NameReader.identifier("schema", into) ?? schema
    destination.mode = into.choice("mode") ?? destination.mode
    destination.create = into.flag("create") ?? destination.create
    destination.repeated = into.choice("repeated") ?? destination.repeated
    destination.rebuildIndexes = into.flag("rebuildIndexes") ?? destination.rebuildIndexes
    destination.analyzes = into.flag("analyze") ?? destination.analyzes
    destination.movesSequences = into.flag("sequences") ?? destination.movesSequences
    destination.key = key(into, among: columns.map(\.name))
    check(destination, into)
    return destination
  }

  private func check(_ destination: Destination, _ into: Fields) {
    if destination.rebuildIndexes, !destination.mode.traits.emptiesTable || destination.repeated != .error {
      into.report("rebuildIndexes", "goes with `mode: replace` only, and without `repeated`")
    }
    guard into.oneOrMore("key").isEmpty else { return }
    if destination.mode.traits.findsByKey {
      // Elsewhere a merge without a key falls back to append, and every run doubles the table.
      into.report("mode", "`\(destination.mode)` needs `key`: the columns by which a row is found again")
    }
    if destination.repeated != .error { into.report("repeated", "needs `key`: the columns that may be met twice") }
  }

  private func key(_ into: Fields, among columns: [String]) -> [String] {
    var key: [String] = []
    for node in into.oneOrMore("key") {
      guard let name = into.scalar(node, "key")?.text else { continue }
      // In the column's own spelling, as equal strings need not have equal bytes.
      guard let column = columns.first(where: { $0 == name }) else {
        problems.add(
          "`key` names \(node.shown), which is not among `columns`"
            + problems.hint(for: name, among: columns),
          at: node)
        continue
      }
      if key.contains(column) { problems.add("`key` names \(node.shown) twice", at: node) }
      key.append(column)
    }
    return key
  }

  // MARK: rules, where, policies

  private func checks(_ fields: Fields, _ columns: [Column]) -> Checks {
    let rules = RuleReader(columns: columns, problems: problems)
    return Checks(
      rules: fields.list("rules").compactMap { rules.read($0, as: .rule) },
      filters: fields.list("where").compactMap { rules.read($0, as: .filter) },
      policies: fields.collection("policies").map { PolicyReader.read($0, over: policies, problems) } ?? policies)
  }

  // MARK: columns

  private func columns(_ fields: Fields) -> [Column] {
    let nodes = fields.list("columns")
    guard fields.collection("columns") != nil else {
      fields.report("columns", "must list at least one column")
      return []
    }
    if case .sequence([]) = fields["columns"]?.content { fields.report("columns", "must list at least one column") }
    if nodes.count > Self.columnLimit {
      fields.report("columns", "lists \(nodes.count) columns; a table of PostgreSQL has at most \(Self.columnLimit)")
    }
    var seen: Set<String> = []
    var columns: [Column] = []
    for node in nodes {
      guard let column = ColumnReader.read(node, problems) else { continue }
      if !column.name.isEmpty, !seen.insert(column.name).inserted {
        let place = node.value(of: "column") ?? node
        problems.add("a second column named \(place.shown)", at: place)
      }
      columns.append(column)
    }
    return columns
  }
}
