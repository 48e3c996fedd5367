internal import Platform

/// The bytes of a pipeline file.
enum PipelineFile {
  /// At most one byte over the limit is read, so that a file of any size is refused at once.
  static func read(_ file: String) throws(PipelineError) -> [UInt8] {
    func failure(_ reason: String) -> PipelineError {
      let problem = PipelineError.Problem(line: 1, column: 1, message: "cannot read the pipeline file: \(reason)")
      return PipelineError(kind: .unreadable, file: file, problems: [problem])
    }
    guard !file.utf8.contains(0) else { throw failure("its name holds a NUL") }
    do throws(Errno) {
      // Not blocking: a pipe without a writer would hold the process here for ever.
      let file = try Descriptor<Errno>(opening: file, O_RDONLY | O_NONBLOCK)
      if try file.status().isFile { return try file.contents(upTo: Pipeline.sizeLimit + 1) }
    } catch {
      throw failure("\(error)")
    }
    throw failure("it is no regular file")
  }

  /// The path from the root, by its text: links are not followed.
  static func absolute(_ file: String) -> String {
    guard !LexicalPath.isAbsolute(file), let directory = getcwd(nil, 0) else {
      return LexicalPath.resolve(file, in: "/")
    }
    defer { free(directory) }
    return LexicalPath.resolve(file, in: String(cString: directory))
  }

  /// Line and column, from 1, of the first byte that is not UTF-8.
  static func firstInvalidPlace(in text: [UInt8]) -> (line: Int, column: Int) {
    var line = 1
    var column = 1
    var decoder = UTF8()
    var bytes = text.makeIterator()
    while case .scalarValue(let scalar) = decoder.decode(&bytes) {
      if scalar == "\n" {
        line += 1
        column = 1
      } else {
        column += 1
      }
    }
    return (line, column)
  }
}
