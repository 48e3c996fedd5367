public import Records

/// Why a pipeline file cannot be used. Nothing was touched: it is thrown before any source or database is opened.
public struct PipelineError: ReportableError, Hashable {
  public var kind: Kind
  /// The pipeline file as the caller named it.
  public var file: String
  /// Every problem found, in the order of the file; never empty.
  public var problems: [Problem]

  public enum Kind: String, Sendable, CaseIterable {
    /// What stands in the file is wrong; each problem has its place.
    case invalid
    /// The file is missing, is no regular file, or cannot be read.
    case unreadable
  }

  /// One thing that is wrong, and where: line and column are counted from 1, columns in Unicode scalars.
  public struct Problem: Sendable, Hashable, Comparable {
    public var line: Int
    public var column: Int
    public var message: String

    public init(line: Int, column: Int, message: String) {
      self.line = line
      self.column = column
      self.message = message
    }

    public static func < (left: Problem, right: Problem) -> Bool {
      (left.line, left.column, left.message) < (right.line, right.column, right.message)
    }
  }

  public init(kind: Kind = .invalid, file: String, problems: [Problem]) {
    self.kind = kind
    self.file = file
    self.problems = problems
  }
}

extension PipelineError {
  /// So many problems `description` prints; the rest is a number.
  static let shown = 100

  public var code: String { "pipeline.\(kind.rawValue)" }

  public var message: String {
    let first = problems.first?.message ?? "the pipeline file is invalid"
    return problems.count > 1 ? "\(first), and \(problems.count - 1) more" : first
  }

  public var place: String? {
    guard kind == .invalid, let first = problems.first else { return Message.fileName(file) }
    return "\(Message.fileName(file)):\(first.line):\(first.column)"
  }

  public var remedy: String? {
    switch kind {
    case .invalid: "correct the file; nothing was touched"
    case .unreadable: "check the path and its permissions; nothing was touched"
    }
  }

  public var exitStatus: ExitStatus { .pipeline }

  public var description: String { lines.joined(separator: "\n") }

  /// A line a problem, `file:line:column: message`, as compilers print them.
  public var lines: [String] {
    let name = Message.fileName(file)
    guard kind == .invalid else { return ["\(name): \(message)"] }
    var lines = problems.prefix(Self.shown).map { "\(name):\($0.line):\($0.column): \($0.message)" }
    if problems.count > Self.shown { lines.append("\(name): \(problems.count - Self.shown) more problems") }
    return lines
  }
}
