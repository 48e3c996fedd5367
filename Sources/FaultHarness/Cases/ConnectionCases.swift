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
          // Sessions begin among the first; the rest is slices.
          let places = spread(over: 1...2000, run.sizes.places / 2) + spread(over: 1...max(1, bytes), run.sizes.places)
          for place in places {
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
      var left = max(1, run.sizes.doubts / 2)
      for turn in 0..<run.sizes.doubts where left > 0 {
        let scenario = run.scenario(turn)
        let whole = try proxied(run, "\(scenario.mode.rawValue), undisturbed", scenario) { $1.follow(.pass) }.commits
        // One at a time: those that prepare and begin, those that end and publish. Then several in a run.
        var plans: [(String, @Sendable (Int) -> Bool)] = []
        for place in [0, whole - 1, 1, whole - 2, 2, whole - 3, whole / 2] where turn < Scenario.Mode.allCases.count {
          plans.append(("COMMIT \(place)", { $0 == place }))
        }
        let chance = UInt64(turn) << 20
        plans.append(("one COMMIT of four, plan \(turn)", { SplitMix64.mix(UInt64($0) &+ chance) % 4 == 0 }))
        for (label, isChosen) in plans where left > 0 {
          let counts = try proxied(run, "\(scenario.mode.rawValue), \(label)", scenario) {
            $1.follow(.commits { isChosen($0) ? kind : nil })
          }
          left -= kind.isDone ? counts.done : counts.notDone
        }
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
      // A server that cannot be reached at all is no reason to wait: nothing was begun.
      trial.expect(ended, try trial.hasBegun() ? [0] : [0, 7])
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
