internal import PipelineSpec
public import Records

/// What can stop a run beside the errors of its stages.
public struct EngineError: ReportableError {
  public enum Kind: String, Sendable, CaseIterable {
    /// The error budget is exceeded, or there is none and a record broke a rule.
    case budget
    /// The first records have nothing at the place of any column.
    case nothingFound
    /// No record has the place of a column, and a policy makes that an error.
    case neverFound
    /// Counts do not close.
    case balance
    /// The table is not what the source says.
    case parity
    /// The pipeline has no dataset of that name.
    case dataset
    /// Records were set aside whose rows `sync` would delete.
    case withheld
    /// The run's id is in use.
    case taken
    /// The table does not exist and the pipeline does not say `create: true`.
    case table
    /// The server, database or role cannot be used for loading.
    case server
    /// Verification asked for what was not recorded.
    case unverifiable
    /// The source is not the one that the run began with, or cannot be read again.
    case otherSource
    /// The database or table is not the one that the run began with.
    case otherTarget
    /// Records would become other rows than the run began with.
    case otherPlan
    /// The run's files know of more than the ledger: the database was set back.
    case ahead
    /// Another run has loaded into the table since.
    case superseded
    /// What a run set aside cannot be replayed as things stand.
    case replay
    /// The system gives this process too few files, threads or too little memory.
    case limits
  }

  public var kind: Kind
  public var message: String
  public var place: String?
  public var remedy: String?
  public var cause: (any Error)?

  public init(
    _ kind: Kind, _ message: String, place: String? = nil, remedy: String? = nil, cause: (any Error)? = nil
  ) {
    self.kind = kind
    self.message = message
    self.place = place
    self.remedy = remedy
    self.cause = cause
  }

  public var code: String { "run.\(kind.rawValue)" }

  public var exitStatus: ExitStatus {
    switch kind {
    case .budget, .withheld, .nothingFound, .neverFound: .data
    case .balance, .parity, .unverifiable: .integrity
    case .dataset: .usage
    case .taken, .replay, .limits: .refused
    case .table: .schema
    case .server: .database
    case .otherSource, .otherTarget, .otherPlan, .ahead, .superseded: .resume
    }
  }
}

extension EngineError {
  static func taken(_ run: String) -> EngineError {
    EngineError(
      .taken, "there is a run of this id already", place: run,
      remedy: "go on with it by sluice resume, choose another --run-id, or leave it out")
  }

  static func missingTable(of dataset: Dataset) -> EngineError {
    EngineError(
      .table, "the table does not exist", place: dataset.place,
      remedy: "create it, deploy its migration, or say create: true in dataset \(dataset.name)")
  }
}
