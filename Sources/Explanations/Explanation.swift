public import Records

/// What a status or code that a user met means, and what to do about it.
public struct Explanation: Sendable, Hashable {
  public enum Topic: Sendable, Hashable {
    /// A status the process ended with.
    case status
    /// An error that ends a command, with this status.
    case error(ExitStatus)
    /// Why a record was set aside.
    case rejection
  }

  public var topic: Topic
  /// As it is printed: `9`, `load.refused`, `unique`, `23505`; `type.*` stands for `type.int4` and its like.
  public var code: String
  /// What it means: one line without a full stop.
  public var summary: String
  /// The most likely causes.
  public var causes: String
  /// What to do.
  public var remedy: String
  /// Commands, or what an output looks like; its line ends count.
  public var example: String
  /// Values and classes of SQLSTATE that become this error.
  public var sqlStates: [String]

  /// - Parameters:
  ///   - causes: prose; its line ends are spaces.
  ///   - remedy: likewise.
  private init(
    _ topic: Topic, _ code: String, _ summary: String, causes: String, remedy: String, example: String,
    sqlStates: [String] = []
  ) {
    self.topic = topic
    self.code = code
    self.summary = summary
    self.causes = causes.replacing("\n", with: " ")
    self.remedy = remedy.replacing("\n", with: " ")
    self.example = example
    self.sqlStates = sqlStates
  }

  static func status(
    _ status: ExitStatus, _ summary: String, causes: String, remedy: String, example: String
  ) -> Explanation {
    Explanation(.status, String(status.rawValue), summary, causes: causes, remedy: remedy, example: example)
  }

  static func error(
    _ code: String, _ status: ExitStatus, _ summary: String, causes: String, remedy: String, example: String,
    sqlStates: [String] = []
  ) -> Explanation {
    Explanation(
      .error(status), code, summary, causes: causes, remedy: remedy, example: example, sqlStates: sqlStates)
  }

  static func rejection(
    _ code: String, _ summary: String, causes: String, remedy: String, example: String
  ) -> Explanation {
    Explanation(.rejection, code, summary, causes: causes, remedy: remedy, example: example)
  }
}
