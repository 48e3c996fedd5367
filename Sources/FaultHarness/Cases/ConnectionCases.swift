extension Case {
  /// The connection breaks where it hurts most: the proxy does it.
  static var connectionCases: [Case] {
    [
      doubt("D5", "answer to COMMIT lost, COMMIT done", .answerLost),
      doubt("D6", "COMMIT never reached the server", .requestLost),
      Case("D7", "client gone, its transaction open for a while", expected: "the next try waits for it, then exact") {
        run in
        for place in 0..<max(1, run.sizes.places / 4) {
          try proxied(run, "orphan at COMMIT \(place + 1)") { trial, proxy in
            proxy.follow(.commits { $0 == place + 1 ? .orphaned(.milliseconds(1500)) : nil })
          }
        }
      },
      Case("D9", "cut after every k-th byte, both directions", expected: "exact") { run in
        let whole = try measure(run)
        for direction in ProxyPlan.Direction.allCases {
          let bytes = direction == .toServer ? whole.bytesToServer : whole.bytesToClient
          for place in spread(over: 1...max(1, bytes), run.sizes.places) {
            try proxied(run, "\(direction) after byte \(place)") { _, proxy in
              proxy.follow(.cut(direction, after: place, repeats: false))
            }
          }
        }
        for place in 0..<max(1, run.sizes.places / 8) {
          let every = max(64 << 10, whole.bytesToServer / (place + 2))
          try proxied(run, "every \(every) bytes") { _, proxy in
            proxy.follow(.cut(.toServer, after: every, repeats: true))
          }
        }
      },
    ]
  }

  /// COMMITs in doubt, a part of those of each run: also those that prepare and finish it.
  private static func doubt(_ id: String, _ fault: String, _ kind: CommitFault) -> Case {
    Case(id, fault, expected: kind.isDone ? "not loaded again" : "loaded again, once") { run in
      let modes = Scenario.Mode.tested
      var left = max(1, run.sizes.doubts / 2)
      var number = 0
      while left > 0 && number < run.sizes.doubts {
        var scenario = run.scenario
        scenario.mode = modes[number / 8 % modes.count]
        // One at a time first, so that each place is met; then several in a run.
        let place = number % 8
        let chance = UInt64(number) << 20
        let isSingle = number < 8 * modes.count
        let plan: ProxyPlan =
          isSingle
          ? .commits { $0 == place ? kind : nil }
          : .commits { SplitMix64.mix(UInt64($0) &+ chance) % 4 == 0 ? kind : nil }
        let label = isSingle ? "COMMIT \(place)" : "one COMMIT of four, plan \(number)"
        let counts = try proxied(run, "\(scenario.mode.rawValue), \(label)", scenario) { $1.follow(plan) }
        left -= kind.isDone ? counts.done : counts.notDone
        number += 1
      }
      run.require(kind.isDone ? "done" : "not done")
    }
  }

  /// A run through a proxy that gets over what the proxy does by itself.
  @discardableResult
  private static func proxied(
    _ run: CaseRun, _ label: String, _ scenario: Scenario? = nil, _ plan: (Trial, Proxy) -> Void
  ) throws -> ProxyCounts {
    let proxy = try Proxy(to: run.bench.server.port)
    defer { proxy.close() }
    var counts = ProxyCounts()
    run.attempt(label, scenario ?? run.scenario) { trial in
      trial.port = proxy.port
      plan(trial, proxy)
      let ended = trial.ended(try trial.start(["--retry-for", "60"]))
      counts = proxy.counts
      proxy.follow(.pass)
      trial.interruptions += counts.faults
      trial.expect(ended, [0])
      try trial.settle(ended)
      try trial.judge()
    }
    for (what, count) in [("cuts", counts.cuts), ("done", counts.done), ("not done", counts.notDone)] {
      run.note(what, count)
    }
    return counts
  }

  /// How much a run sends and receives.
  private static func measure(_ run: CaseRun) throws -> ProxyCounts {
    try proxied(run, "through the proxy") { $1.follow(.pass) }
  }
}

extension CommitFault {
  var isDone: Bool { if case .answerLost = self { true } else { false } }
}
