import Engine
import Extract
import Load
import PipelineSpec
import Records
import Reports
import Validate
import Verify

@testable import Archive
@testable import LocalPostgres
@testable import Postgres

/// An error of every kind of every module. A module's new kinds are found by themselves; a new error type is one line.
enum EveryError {
  static let all: [any ReportableError] =
    ExtractError.Kind.allCases.map { ExtractError($0, file: "", "") }
    + PipelineError.Kind.allCases.map { PipelineError(kind: $0, file: "", problems: []) }
    + ValidateError.Kind.allCases.map { ValidateError($0, "") }
    + LoadError.Kind.allCases.map { LoadError($0, "") }
    + PostgresError.Kind.allCases.map { PostgresError($0, "") }
    + VerifyError.Kind.allCases.map { VerifyError($0, "") }
    + EngineError.Kind.allCases.map { EngineError($0, "") }
    + RunStateError.Kind.allCases.map { RunStateError($0, "") }
    + ArchiveError.Kind.allCases.map { ArchiveError($0, "") }
    + StageFileError.Kind.allCases.map { StageFileError($0, "", file: "") }
    + LocalServerError.Kind.allCases.map { LocalServerError($0, "") }

  /// Codes that are no case of a kind.
  static let others = ["run.failure", "output.write", "command.usage"]
}
