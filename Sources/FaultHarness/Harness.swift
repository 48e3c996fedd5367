import Platform

/// Drives the program under test through cases of faults on a server of its own, and judges what is left.
public final class Harness {
  public struct Options: Sendable {
    /// The program under test.
    public var subject: String
    /// Everything is made in this folder, which is not there yet; the server's account can enter what it is in.
    public var folder: String
    public var sizes = Sizes()
    public var seed: UInt64 = 1
    /// Whether the folder stays.
    public var keeps = false
    public var memoryLimit = 128 << 20

    public init(subject: String, folder: String) {
      self.subject = subject
      self.folder = folder
    }
  }

  private let options: Options
  private let say: (String) -> Void

  /// - Parameter say: gets a line as each case begins, and one for whatever is found.
  public init(_ options: Options, say: @escaping (String) -> Void) {
    self.options = options
    self.say = say
  }

  /// Performs the cases, one after the other.
  /// - Parameter continues: asked before each case.
  /// - Throws: when the harness cannot do its work; what a case finds is in the results.
  public func perform(_ cases: [Case], continues: () -> Bool = { true }) throws -> [CaseResult] {
    signal(SIGPIPE, SIG_IGN)
    try makeFolder(options.folder)
    defer { if !options.keeps { _ = try? call("rm", "-rf", options.folder, outputs: "/dev/shm") } }
    var random = SplitMix64(seed: options.seed ^ UInt64(getpid()))
    let secret = "canary" + String(random.next(), radix: 36)
    let server = try ScratchServer(folder: "\(options.folder)/server", secret: secret)
    defer { try? server.stop() }
    var results: [CaseResult] = []
    for one in cases where continues() {
      results.append(try perform(one, on: server))
    }
    return results
  }

  private func perform(_ one: Case, on server: ScratchServer) throws -> CaseResult {
    say("\(one.id)  \(one.fault)")
    if let missing = one.needs.first(where: { !$0.isMet }) {
      say("  skipped: needs \(missing.rawValue)")
      return CaseResult(one, skipped: "needs \(missing.rawValue)")
    }
    let started = ContinuousClock.now
    let name = one.id.lowercased()
    let bench = try Bench(
      server: server, subject: options.subject, folder: "\(options.folder)/\(name)", database: "case_\(name)",
      memoryLimit: options.memoryLimit)
    let run = CaseRun(bench, sizes: options.sizes, seed: options.seed, say: say)
    do {
      try one.perform(run)
    } catch {
      run.attempt("the case itself", nil) { $0.fail("O1", "broke off: \(error)") }
    }
    let result = CaseResult(one, run, seconds: (ContinuousClock.now - started) / .seconds(1))
    say(
      "  \(result.outcome), \(result.tries) tries, \(Int(result.seconds)) s"
        + (result.notes.isEmpty ? "" : ": \(result.notes)"))
    return result
  }
}

extension Case.Need {
  var isMet: Bool {
    switch self {
    case .strace: program("strace") != nil
    case .loopDevices: geteuid() == 0 && access("/dev/loop-control", R_OK) == 0
    case .pooler: Pooler.isThere
    }
  }
}
