/// Reads the whole file, and what concerns more than one dataset.
struct PipelineReader {
  /// The pipeline file, as an absolute path.
  let file: String
  let problems: Problems

  func read(_ root: YAMLNode) -> Pipeline? {
    guard let fields = Fields(root, .pipeline, problems) else { return nil }
    let directory = LexicalPath.directory(of: file)
    let source = section("source", .source, of: fields)
    let target = section("target", .target, of: fields)
    var pipeline = Pipeline(
      name: name(fields), file: file,
      sourceDirectory: source.flatMap { path("directory", $0, in: directory) } ?? directory,
      database: target.flatMap(database),
      schema: target.flatMap { NameReader.identifier("schema", $0) } ?? "public",
      backup: section("backup", .backup, of: fields).map { backup($0, in: directory) } ?? Pipeline.Backup(),
      migrations: path("migrations", fields, in: directory),
      datasets: [])
    let policies = fields.collection("policies").map { PolicyReader.read($0, over: Policies(), problems) } ?? Policies()
    let datasets = datasets(fields)
    let reader = DatasetReader(
      sourceDirectory: pipeline.sourceDirectory, schema: pipeline.schema, policies: policies, problems: problems)
    let read = datasets.compactMap { node in reader.read(node).map { (node, $0) } }
    checkTogether(read)
    pipeline.datasets = read.map(\.1)
    return pipeline
  }

  private func section(_ key: String, _ shape: Shape, of fields: Fields) -> Fields? {
    fields.collection(key).flatMap { Fields($0, shape, problems) }
  }

  private func name(_ fields: Fields) -> String {
    guard let name = fields.requiredText("pipeline", hint: ": its name") else { return "" }
    if !NameReader.isPipelineName(name) {
      fields.report("pipeline", "must be a name of a-z, 0-9, `_` and `-` that begins with a letter")
    }
    return name
  }

  /// `database: ${DATABASE_URL:-}` is nothing where the variable is not set: the defaults of libpq.
  private func database(_ target: Fields) -> String? {
    guard let node = target["database"], !node.isBlank, let text = target.text("database"), !text.isEmpty else {
      return nil
    }
    if text.utf8.contains(0) { target.report("database", "must not hold a NUL") }
    return text
  }

  private func backup(_ fields: Fields, in directory: String) -> Pipeline.Backup {
    let include = fields.list("include").compactMap { node in
      fields.scalar(node, "include").flatMap { path($0.text, "include", at: node, in: directory) }
    }
    return Pipeline.Backup(level: fields.integer("level", in: 1...19) ?? 1, include: include)
  }

  private func path(_ key: String, _ fields: Fields, in directory: String) -> String? {
    guard let node = fields[key], let text = fields.text(key) else { return nil }
    return path(text, key, at: node, in: directory)
  }

  private func path(_ text: String, _ key: String, at node: YAMLNode, in directory: String) -> String? {
    guard !text.isEmpty, !text.utf8.contains(0) else {
      problems.add("`\(key)` must be a path, not \(text.isEmpty ? "empty" : "with a NUL in it")", at: node)
      return nil
    }
    return LexicalPath.resolve(text, in: directory)
  }

  private func datasets(_ fields: Fields) -> [YAMLNode] {
    let nodes = fields.list("datasets")
    if fields.collection("datasets") == nil {
      fields.report("datasets", "must list at least one dataset")
    } else if nodes.isEmpty, case .sequence = fields["datasets"]?.content {
      fields.report("datasets", "must list at least one dataset")
    }
    return nodes
  }

  /// Two datasets must not have one name, nor read the standard input twice, nor empty each other's table.
  private func checkTogether(_ datasets: [(node: YAMLNode, dataset: Dataset)]) {
    var names: Set<String> = []
    var tables: [[String]: Dataset] = [:]
    var readsStandardInput = false
    for (node, dataset) in datasets {
      func refuse(_ message: String, at keys: String...) {
        problems.add(message, at: keys.reduce(node) { $0.value(of: $1) ?? $0 })
      }
      if !dataset.name.isEmpty, !names.insert(dataset.name).inserted {
        refuse("a second dataset named \(Message.quoted(dataset.name))", at: "dataset")
      }
      if dataset.source.file == "-" {
        if readsStandardInput { refuse("only one dataset can be read from the standard input", at: "from", "file") }
        readsStandardInput = true
      }
      let into = dataset.destination
      guard !into.table.isEmpty else { continue }
      if let other = tables.updateValue(dataset, forKey: [into.schema, into.table]),
        [other.destination.mode, into.mode].contains(where: \.traits.ownsTable)
      {
        refuse(
          "datasets \(Message.quoted(other.name)) and \(Message.quoted(dataset.name)) fill one table, "
            + "and `\(into.mode)` after `\(other.destination.mode)` would delete rows of the other", at: "into", "table"
        )
      }
    }
  }
}
