public import Records

/// Why a stage file is not taken.
public struct StageFileError: ReportableError {
  public enum Kind: String, Sendable, CaseIterable {
    /// It is not there.
    case missing
    /// It is no stage file, one of another version, or the other one of the two.
    case format
    /// Bytes are not those that were written; a block is missing or out of its place.
    case damaged
    /// The stage that wrote it did not finish, or its end is missing.
    case incomplete
    /// It was made by another pipeline, dataset, plan or layout.
    case foreign
    /// A block is larger than a stage file may hold.
    case tooLarge
  }

  public let kind: Kind
  public let message: String
  /// Its name inside the run folder, or its path.
  public let file: String
  /// Counted from 0.
  public let block: Int?
  public let remedy: String?

  public init(_ kind: Kind, _ message: String, file: String, block: Int? = nil, remedy: String? = nil) {
    self.kind = kind
    self.message = message
    self.file = file
    self.block = block
    self.remedy = remedy ?? kind.remedy
  }

  public var code: String { "stage.\(kind.rawValue)" }
  public var place: String? { block.map { "\(file), block \($0)" } ?? file }

  public var exitStatus: ExitStatus {
    switch kind {
    case .foreign: .resume
    case .missing, .format, .damaged, .incomplete, .tooLarge: .storage
    }
  }
}

extension StageFileError.Kind {
  fileprivate var remedy: String? {
    switch self {
    case .missing: "run the stage that writes it, or name a file with --input"
    case .format: "name a file that extract, transform or validate wrote"
    case .damaged: "make it again with the stage that wrote it"
    case .incomplete: "run the stage that writes it to its end"
    case .foreign: "make it again with this pipeline"
    case .tooLarge: "load this dataset with `run`, which needs no stage file"
    }
  }
}
