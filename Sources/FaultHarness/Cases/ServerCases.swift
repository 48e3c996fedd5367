import Platform
import Postgres
import Synchronization

extension Case {
  /// The server, or a session of it, ends.
  static var serverCases: [Case] {
    [
      Case("D1", "postmaster killed (SIGKILL) and started again", expected: "waits, then exact") { run in
        let time = try run.undisturbed(run.scenario)
        for turn in run.turns(max(1, run.sizes.restarts / 2), until: "killed under way") {
          run.attempt("postmaster", run.scenario(turn)) { trial in
            let child = try trial.start(["--retry-for", "60"])
            _ = child.wait(until: .now + trial.moment(in: time)) { false }
            if !child.hasEnded { run.note("killed under way") }
            try run.bench.server.killPostmaster()
            pause(.milliseconds(Int.random(in: 0...1500, using: &trial.random)))
            try run.bench.server.start()
            trial.interruptions += 1
            try finish(trial, child)
          }
        }
        run.require("killed under way")
      },
      Case("D2", "a session's process killed (SIGKILL): the server restarts", expected: "waits, then exact") { run in
        let time = try run.undisturbed(run.scenario)
        for turn in run.turns(max(1, run.sizes.restarts - run.sizes.restarts / 2), until: "killed under way") {
          run.attempt("backend", run.scenario(turn)) { trial in
            let admin = try run.bench.server.connect()
            defer { admin.close() }
            let child = try trial.start(["--retry-for", "60"])
            _ = child.wait(until: .now + trial.moment(in: time)) { false }
            let sessions = try ScratchServer.sessions(of: run.bench.database, on: admin)
            if let pid = sessions.randomElement(using: &trial.random) {
              kill(pid, SIGKILL)
              trial.interruptions += 1
              run.note("killed under way")
              ScratchServer.awaitRestart(seenBy: admin)
            }
            try finish(trial, child)
          }
        }
        run.require("killed under way")
      },
      Case("D3", "pg_terminate_backend in a loop", expected: "exact") { run in
        for turn in run.turns(max(1, run.sizes.restarts / 2), until: "sessions ended") {
          run.attempt("terminate", run.scenario(turn)) { trial in
            let count = Counter()
            let interval = Duration.milliseconds(Int.random(in: 10...100, using: &trial.random))
            let child = try trial.start(["--retry-for", "60"])
            let killer = try run.bench.server.endingSessions(
              of: run.bench.database, every: interval, seed: trial.seed, killed: count.add)
            _ = child.wait(until: .now + .seconds(3)) { false }
            killer.stop()
            trial.interruptions += count.value
            run.note("sessions ended", count.value)
            try finish(trial, child)
          }
        }
        run.require("sessions ended")
      },
      Case("D4", "server stopped under way, and not started again", expected: "7 after the limit, resume exact") {
        run in
        let time = try run.undisturbed(run.scenario)
        for turn in 0..<max(1, run.sizes.restarts / 8) {
          run.attempt("stopped", run.scenario(turn)) { trial in
            let child = try trial.start(["--retry-for", "1s"])
            trial.awaitFolder(child)
            _ = child.wait(until: .now + trial.moment(in: time) * 0.7) { false }
            try run.bench.server.stop()
            let ended = trial.ended(child)
            try run.bench.server.start()
            trial.expect(ended, [0, 7])
            run.note("stopped under way", ended.status == 7 ? 1 : 0)
            trial.interruptions += 1
            try trial.settle(ended)
            try trial.judge()
          }
        }
      },
    ]
  }

  /// A run that is to get over it by itself.
  private static func finish(_ trial: Trial, _ child: Child) throws {
    let ended = trial.ended(child)
    trial.expect(ended, [0])
    try trial.settle(ended)
    try trial.judge()
  }
}

final class Counter: Sendable {
  private let count = Atomic<Int>(0)
  var value: Int { count.load(ordering: .relaxed) }
  @Sendable func add() { count.add(1, ordering: .relaxed) }
}
