internal import Archive
internal import Extract
internal import Load
internal import LocalPostgres
internal import PipelineSpec
internal import Postgres
internal import Records
internal import Reports
internal import Validate
internal import Verify

/// Whether the run that an error ended can be resumed, once what the error names is put right: for every kind of error.
enum ResumeAdvice {
  case resume
  /// A resume has to set records aside at which the run stopped.
  case resumeRejecting
  /// A resume has to be allowed more, which the user decides: the error has the command.
  case resumeByFlag
  /// A resume would be refused, or end in the same way.
  case startNewRun
  /// A resume keeps what the run has loaded. Where it has loaded nothing, a new run is as good.
  case resumeIfBegun

  init(after error: any Error) {
    self =
      switch error {
      case let error as EngineError: Self.advice(error.kind)
      case let error as RunStateError: Self.advice(error.kind)
      case let error as LoadError: Self.advice(error.kind)
      case let error as PostgresError: Self.advice(error.kind)
      case let error as ExtractError: Self.advice(error.kind)
      case let error as ArchiveError: Self.advice(error.kind)
      case let error as ValidateError: Self.advice(error.kind)
      case let error as VerifyError: Self.advice(error.kind)
      // Pipeline and stage file have to be those that the run began with.
      case is PipelineError, is StageFileError: .startNewRun
      default: .resume
      }
  }

  private static func advice(_ kind: EngineError.Kind) -> ResumeAdvice {
    switch kind {
    case .parity, .server, .limits: .resume
    case .budget: .resumeRejecting
    case .withheld: .resumeByFlag
    case .table: .resumeIfBegun
    case .balance, .nothingFound, .neverFound, .dataset, .taken, .unverifiable, .otherSource, .otherTarget,
      .otherPlan, .ahead, .superseded, .replay:
      .startNewRun
    }
  }

  private static func advice(_ kind: RunStateError.Kind) -> ResumeAdvice {
    switch kind {
    case .report: .resume
    case .state, .rejects: .startNewRun
    }
  }

  private static func advice(_ kind: LoadError.Kind) -> ResumeAdvice {
    switch kind {
    case .count, .refused, .locked, .index: .resume
    case .deletes: .resumeByFlag
    case .schema, .unlogged, .foreign, .newer, .grants, .published: .resumeIfBegun
    case .ledger, .damaged, .overtaken: .startNewRun
    }
  }

  private static func advice(_ kind: PostgresError.Kind) -> ResumeAdvice {
    switch kind {
    case .unreachable, .encryption, .authentication, .noDatabase, .tooManyConnections, .shuttingDown, .connectionLost,
      .permission, .readOnly, .schema, .rowRefused, .timeout, .statementCancelled, .lockTimeout, .deadlock,
      .serialization, .diskFull, .resources, .pooled, .rolledBack, .cancelled, .server:
      .resume
    case .settings, .identifier, .misuse: .startNewRun
    }
  }

  /// A source that is put right is another one.
  private static func advice(_ kind: ExtractError.Kind) -> ResumeAdvice {
    switch kind {
    case .unreadable: .resume
    case .missing, .notAFile, .changed, .truncated, .malformed, .damaged, .window, .encoding, .tooLarge, .pointer,
      .empty, .staged, .outside, .packed:
      .startNewRun
    }
  }

  private static func advice(_ kind: ArchiveError.Kind) -> ResumeAdvice {
    switch kind {
    case .write, .read, .symlink, .changed, .unsupported: .resume
    case .exists, .untrusted, .name, .option, .missing, .unlisted, .damaged, .manifest, .otherSource: .startNewRun
    }
  }

  private static func advice(_ kind: ValidateError.Kind) -> ResumeAdvice {
    switch kind {
    case .spill: .resume
    case .rule, .row: .startNewRun
    }
  }

  private static func advice(_ kind: VerifyError.Kind) -> ResumeAdvice {
    switch kind {
    case .spill, .row: .resume
    case .fields, .record: .startNewRun
    }
  }
}
