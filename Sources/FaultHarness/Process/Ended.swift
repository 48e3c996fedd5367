/// How a process ended, and what was seen of it while it ran.
public struct Ended: Sendable {
  /// The exit status; 128 and the signal when one ended it.
  public var status: Int32
  public var signal: Int32?
  public var output: String
  public var errors: String
  public var seconds: Double
  /// The most memory it held at once; 0 when that is not known.
  public var peakBytes: Int
  /// Processes whose arguments held the secret.
  public var leaks: [String] = []
  /// It went on beyond the limit and was killed by the harness.
  public var hung = false

  /// What it said, for a finding: one line.
  var summary: String {
    let said = (output + "\n" + errors).split(separator: "\n").filter { !$0.hasPrefix(" ") }.suffix(3)
    return "status \(status): " + said.joined(separator: " | ").prefix(400)
  }
}
