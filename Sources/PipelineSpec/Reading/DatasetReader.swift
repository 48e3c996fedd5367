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
    var dataset = Dataset(name: name(fields), file: "", schema: schema, table: "", columns: columns(fields))
    readSource(fields, into: &dataset)
    readTarget(fields, into: &dataset)
    let rules = RuleReader(columns: dataset.columns, problems: problems)
    dataset.rules = fields.list("rules").compactMap { rules.read($0, as: .rule) }
    dataset.filters = fields.list("where").compactMap { rules.read($0, as: .filter) }
    dataset.policies = fields.collection("policies").map { PolicyReader.read($0, over: policies, problems) } ?? policies
    dataset.isVolatile = fields.flag("volatile") ?? false
    return dataset
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

  private func readSource(_ fields: Fields, into dataset: inout Dataset) {
    fields.require("from", hint: ": the file")
    guard let from = fields["from"].flatMap({ Fields($0, .from, problems) }) else { return }
    dataset.file = file(from) ?? ""
    dataset.directory = sourceDirectory
    dataset.format = from.choice("format") ?? .auto
    if let text = from.text("at") {
      if let pointer = JSONPointer(text) {
        PointerReader.check(pointer, "at", from)
        dataset.at = pointer
      } else {
        from.report("at", "must be a JSON Pointer: \"\" for the document, or `/key/…`, with `~0` for ~ and `~1` for /")
      }
    }
    let outer = fields.flag("optional")
    let inner = from.flag("optional")
    if outer != nil, inner != nil { from.report("optional", "stands on the dataset already; keep one of them") }
    dataset.isOptional = outer ?? inner ?? false
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

  private func readTarget(_ fields: Fields, into dataset: inout Dataset) {
    fields.require("into", hint: ": the table")
    guard let into = fields["into"].flatMap({ Fields($0, .into, problems) }) else { return }
    into.require("table")
    dataset.table = NameReader.table(into) ?? ""
    dataset.schema = NameReader.identifier("schema", into) ?? schema
    dataset.mode = into.choice("mode") ?? .append
    dataset.create = into.flag("create") ?? false
    dataset.repeated = into.choice("repeated") ?? .error
    dataset.rebuildIndexes = into.flag("rebuildIndexes") ?? false
    dataset.analyzes = into.flag("analyze") ?? true
    dataset.movesSequences = into.flag("sequences") ?? true
    if dataset.rebuildIndexes, dataset.mode != .replace || dataset.repeated != .error {
      into.report("rebuildIndexes", "goes with `mode: replace` only, and without `repeated`")
    }
    dataset.key = key(into, of: dataset)
    guard into.oneOrMore("key").isEmpty else { return }
    if dataset.mode == .upsert || dataset.mode == .sync {
      // Elsewhere a merge without a key falls back to append, and every run doubles the table.
      into.report("mode", "`\(dataset.mode)` needs `key`: the columns by which a row is found again")
    }
    if dataset.repeated != .error { into.report("repeated", "needs `key`: the columns that may be met twice") }
  }

  private func key(_ into: Fields, of dataset: Dataset) -> [String] {
    var key: [String] = []
    for node in into.oneOrMore("key") {
      guard let name = into.scalar(node, "key")?.text else { continue }
      let columns = dataset.columns.map(\.name)
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
