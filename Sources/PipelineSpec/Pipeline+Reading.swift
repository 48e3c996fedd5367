extension Pipeline {
  /// So many bytes a pipeline file may have.
  public static let sizeLimit = 1 << 20

  /// Reads and checks a pipeline file.
  /// - Parameters:
  ///   - file: its path; a relative one is seen from the working directory.
  ///   - environment: what `${NAME}` stands for.
  /// - Throws: every problem at once, each with line and column.
  public static func load(file: String, environment: [String: String]) throws(PipelineError) -> Pipeline {
    try parse(text: PipelineFile.read(file), file: file, environment: environment)
  }

  /// Checks the text of a pipeline file. Nothing is looked up on disk.
  /// - Parameter file: where the text is from: relative paths in it are seen from this file's folder.
  public static func parse(
    text: [UInt8], file: String, environment: [String: String]
  ) throws(PipelineError) -> Pipeline {
    let problems = Problems()
    var pipeline: Pipeline?
    if let root = tree(of: text, problems) {
      let reader = PipelineReader(file: PipelineFile.absolute(file), problems: problems)
      pipeline = reader.read(Variables(environment: environment, problems: problems).expand(root))
    }
    guard let pipeline, problems.all.isEmpty else {
      throw PipelineError(file: file, problems: problems.all.sorted())
    }
    return pipeline
  }

  /// nil when it was reported why there is none.
  private static func tree(of text: [UInt8], _ problems: Problems) -> YAMLNode? {
    guard text.count <= sizeLimit else {
      problems.add(
        "the file has more than \(sizeLimit) bytes, the limit of a pipeline file: it looks like data", line: 1,
        column: 1)
      return nil
    }
    guard String(validating: text, as: UTF8.self) != nil else {
      let (line, column) = PipelineFile.firstInvalidPlace(in: text)
      problems.add("not valid UTF-8", line: line, column: column)
      return nil
    }
    let mark = Array("\u{FEFF}".utf8)
    guard let masked = VariableMask.masked(text.starts(with: mark) ? Array(text.dropFirst(mark.count)) : text) else {
      problems.add("the file has a private-use character (U+10FF00 to U+10FF7F)", line: 1, column: 1)
      return nil
    }
    let root = YAMLComposer.compose(masked, problems: problems)
    if root == nil, problems.all.isEmpty { problems.add("the file is empty", line: 1, column: 1) }
    return root
  }
}
