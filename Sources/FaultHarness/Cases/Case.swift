/// A kind of fault, as the fault matrix names it, and how it is provoked.
public struct Case: Sendable {
  /// What the machine has to have.
  public enum Need: String, Sendable {
    case strace = "strace"
    case loopDevices = "root, and loop devices"
    case pooler = "pgbouncer"
  }

  public var id: String
  public var fault: String
  /// What has to come of it.
  public var expected: String
  var needs: [Need]
  let perform: @Sendable (CaseRun) throws -> Void

  init(
    _ id: String, _ fault: String, expected: String, needs: [Need] = [],
    perform: @escaping @Sendable (CaseRun) throws -> Void
  ) {
    self.id = id
    self.fault = fault
    self.expected = expected
    self.needs = needs
    self.perform = perform
  }
}

extension Case {
  /// Every case there is, in the order in which they run.
  public static let all: [Case] =
    killCases + traceCases + signalCases + serverCases + connectionCases + limitCases + operationCases + accessCases
    + tableCases + storageCases + damageCases + sourceCases + concurrencyCases
}
