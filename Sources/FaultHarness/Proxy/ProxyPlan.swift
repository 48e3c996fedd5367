/// What a proxy does to the sessions that go through it.
public enum ProxyPlan: Sendable {
  case pass
  /// Ends a session after so many bytes of a direction, counted over all sessions; once, or again after as many.
  case cut(Direction, after: Int, repeats: Bool)
  /// Asked for every COMMIT, by its number from 0.
  case commits(@Sendable (Int) -> CommitFault?)

  public enum Direction: Sendable, CaseIterable { case toServer, toClient }
}

/// What becomes of a COMMIT.
public enum CommitFault: Sendable {
  /// It is done, and nobody hears of it.
  case answerLost
  /// It never reaches the server, which sees the session end.
  case requestLost
  /// It never reaches the server, which keeps the transaction open for so long: the client is gone already.
  case orphaned(Duration)
}

/// What a proxy has seen since it was told its plan.
public struct ProxyCounts: Sendable {
  public var sessions = 0
  public var commits = 0
  public var bytesToServer = 0
  public var bytesToClient = 0
  /// Faults that happened.
  public var cuts = 0
  /// COMMITs of which the server said that they are done, and the client heard nothing.
  public var done = 0
  /// COMMITs that did not reach the server.
  public var notDone = 0
  /// COMMITs that the server itself refused, unheard.
  public var refused = 0

  var faults: Int { cuts + done + notDone + refused }
}
