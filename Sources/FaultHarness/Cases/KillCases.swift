import Archive
import Platform
import Postgres

extension Case {
  /// SIGKILL at a random time.
  static var killCases: [Case] {
    [
      Case("K5", "SIGKILL at a random time, 1, 2 and 4 connections", expected: "resume exact") { run in
        let variants: [(Int, Scenario.Mode)] = [
          (2, .append), (1, .append), (4, .append), (2, .replace), (4, .upsert), (2, .sync),
        ]
        for (index, (jobs, mode)) in variants.enumerated() where index < run.sizes.kills {
          var scenario = run.scenario
          scenario.jobs = jobs
          scenario.mode = mode
          scenario.format = index % 2 == 0 ? .array : .ndjson
          let time = try run.undisturbed(scenario)
          for turn in run.turns(share(run.sizes.kills, index, of: variants.count), until: "killed") {
            run.attempt("\(mode.rawValue), \(jobs) connections", scenario) { trial in
              let child = try trial.start()
              // One of four as it starts, the others at work.
              if turn % 4 != 0 { trial.awaitFolder(child) }
              let ended = trial.kill(child, after: trial.moment(in: time))
              run.note("killed", ended.signal == nil ? 0 : 1)
              try trial.settle(ended)
              try trial.judge()
            }
          }
        }
        run.require("killed")
      },
      Case("K6", "SIGKILL of the resumption of a killed run, five deep", expected: "resume exact") { run in
        var times: [Duration] = []
        for turn in run.turns(max(1, run.sizes.kills / 10), until: "killed") {
          let scenario = run.scenario(turn)
          if times.count <= turn { times.append(turn < 4 ? try run.undisturbed(scenario) : times[turn % 4]) }
          run.attempt("\(scenario.mode.rawValue), five deep", scenario) { trial in
            let connection = try run.bench.connect()
            defer { connection.close() }
            var last = try killMidway(trial, connection)
            for _ in 0..<5 where last.status != 0 {
              last = trial.kill(try trial.startResume(), after: trial.moment(in: times[turn]) * 0.35)
              run.note("killed", last.signal == nil ? 0 : 1)
            }
            try trial.settle(last)
            try trial.judge()
          }
        }
        run.require("killed")
      },
      Case("K7", "SIGKILL of verify and of backup verify", expected: "asked again, the same answer") { run in
        let time = try run.undisturbed(run.scenario)
        for _ in 0..<max(1, run.sizes.places / 4) {
          run.attempt("verify", nil) { trial in
            let verify = ["verify", "pipeline.yaml", "--progress", "none"]
            trial.kill(try run.bench.sluice(verify), after: trial.moment(in: time))
            trial.expect(trial.ended(try run.bench.sluice(verify)), [0])
            trial.judgeProcesses()
          }
        }
      },
    ]
  }
}

extension CaseRun {
  /// What most cases load.
  var scenario: Scenario {
    var scenario = Scenario()
    scenario.rows = sizes.rows
    return scenario
  }
}

extension Trial {
  /// Waits until the run has written its plan, or has ended.
  func awaitFolder(_ child: Child) {
    let plan = "\(bench.runs)/\(run)/\(RunLayout.plan)"
    _ = child.wait(until: .now + .seconds(60)) { access(plan, F_OK) == 0 }
  }

  /// A moment within a run that takes so long, or a little after.
  func moment(in time: Duration) -> Duration { time * (Double(Int.random(in: 0...1050, using: &random)) / 1000) }
}

extension CaseRun {
  /// The same, in one mode after the other.
  func scenario(_ turn: Int) -> Scenario {
    var scenario = scenario
    scenario.mode = Scenario.Mode.allCases[turn % Scenario.Mode.allCases.count]
    return scenario
  }
}

/// The part of `count` that is for the one at `index` of so many: all parts together are `count`.
func share(_ count: Int, _ index: Int, of parts: Int) -> Int { count / parts + (index < count % parts ? 1 : 0) }
