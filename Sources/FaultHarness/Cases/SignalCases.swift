import Platform

extension Case {
  static var signalCases: [Case] {
    [
      Case("K8", "SIGINT, SIGTERM, SIGHUP, SIGINT twice", expected: "130 or 143 within 10 s, resume exact") { run in
        let signals: [(String, [Int32], Int32)] = [
          ("INT", [SIGINT], 130), ("TERM", [SIGTERM], 143), ("HUP", [SIGHUP], 143), ("INT INT", [SIGINT, SIGINT], 130),
        ]
        let time = try run.undisturbed(run.scenario)
        for place in 0..<max(signals.count, run.sizes.places) {
          let (name, numbers, status) = signals[place % signals.count]
          run.attempt("SIG\(name)", run.scenario) { trial in
            let child = try trial.start()
            // Before that it does not listen yet.
            _ = child.wait(until: .now + max(.milliseconds(30), trial.moment(in: time))) { false }
            let started = ContinuousClock.now
            for number in numbers {
              child.signal(number)
              pause(.milliseconds(5))
            }
            let ended = trial.ended(child)
            let took = ContinuousClock.now - started
            trial.expect(took < .seconds(10), "O1", "it took \(took) to stop")
            // It may have been done, or not listening yet.
            trial.expect(ended, [status, 0, 128 + numbers[0]])
            if ended.status != 0 {
              trial.interruptions += 1
              run.note("stopped")
            }
            if ended.signal == nil, ended.status == status, numbers.count == 1, try trial.hasBegun() {
              trial.expect(
                ended.output.contains("resume") || ended.errors.contains("resume"), "O1", "it names no resume")
            }
            try trial.settle(ended)
            try trial.judge()
          }
        }
      },
      Case("K10", "stopped (SIGSTOP) until the server has ended its sessions", expected: "goes on by itself, exact") {
        run in
        let time = try run.undisturbed(run.scenario)
        for _ in 0..<max(1, run.sizes.places / 8) {
          run.attempt("stopped", run.scenario) { trial in
            try withRole("idle_in_transaction_session_timeout = '300ms'", run) {
              let child = try trial.start(["--retry-for", "60"])
              _ = child.wait(until: .now + trial.moment(in: time)) { false }
              child.signal(SIGSTOP)
              pause(.milliseconds(900))
              child.signal(SIGCONT)
              trial.interruptions += 1
              let ended = trial.ended(child)
              trial.expect(ended, [0])
              try trial.settle(ended)
            }
            try trial.judge()
          }
        }
      },
      Case("K9", "standard output closed early", expected: "the run ends as if it had been read") { run in
        run.attempt("closed pipe", run.scenario) { trial in
          var ends: [Int32] = [0, 0]
          guard pipe(&ends) == 0 else { throw HarnessError.system("no pipe") }
          close(ends[0])
          let child = try trial.start(output: ends[1], ["--json"])
          close(ends[1])
          trial.expect(trial.ended(child), [0])
          try trial.judge()
        }
      },
    ]
  }
}
