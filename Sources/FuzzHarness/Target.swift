import Records
import SampleData

/// A format that is read back, and what reads it.
protocol Target {
  static var name: String { get }

  /// - Parameters:
  ///   - corpus: what the program itself wrote.
  ///   - folder: for files of its own.
  init(_ corpus: Corpus, folder: String) throws

  /// Makes an input by chance, and has it read.
  /// - Throws: what reading it threw; `Violation` where something was said that must not be.
  func attempt(_ random: inout SplitMix64) async throws
}

/// What no input may lead to, beside the end of the process.
struct Violation: Error, CustomStringConvertible {
  var description: String
}

/// All targets by name, and the one that finds the harness out.
public enum Targets {
  static var all: [any Target.Type] {
    [
      JSONTarget.self, GzipTarget.self, ZstdTarget.self, PipelineTarget.self, RecordsFileTarget.self,
      RowsFileTarget.self, ManifestTarget.self, RunFolderTarget.self,
    ]
  }

  public static var names: [String] { all.map { $0.name } }

  static func named(_ name: String) -> (any Target.Type)? { (all + [CanaryTarget.self]).first { $0.name == name } }

  /// Whether an input may lead to `error`: one of ours that says which it is.
  static func isOurs(_ error: any Error) -> Bool { error is any ReportableError || error is CancellationError }
}
