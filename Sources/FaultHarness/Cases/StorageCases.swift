import Platform
import Postgres

extension Case {
  /// The disk that holds the run's folder.
  static var storageCases: [Case] {
    [
      Case(
        "F1", "backup volume full, from the first byte to the last", expected: "11, then exact with room",
        needs: [.loopDevices]
      ) { run in
        try onVolume(run) { volume in
          let room = try roomNeeded(run, volume)
          for place in spread(over: 1...max(1, Int(room >> 12)), run.sizes.places) {
            run.attempt("\(place * 4) KiB free", run.scenario) { trial in
              try volume.empty()
              try volume.fill(leaving: place << 12)
              let ended = trial.ended(try trial.start(["--retry-for", "2"]))
              // What is written at the very end may just have found its place.
              trial.expect(ended, [0, 11])
              run.note(ended.status == 0 ? "had room" : "full")
              try volume.free()
              trial.interruptions += 1
              try trial.settle(ended)
              try trial.judge()
            }
          }
          run.require("full")
        }
      },
      failing("F2", "write fails with EIO", ["pwrite64", "write", "pwritev", "writev"]),
      failing("F3", "fsync fails with EIO", ["fsync", "fdatasync"]),
      Case(
        "F7", "power loss of the backup's volume", expected: "resume exact", needs: [.loopDevices]
      ) { run in
        try onVolume(run) { volume in
          try volume.empty()
          let time = try run.undisturbed(run.scenario)
          for _ in 0..<max(1, run.sizes.places / 2) {
            run.attempt("power loss", run.scenario) { trial in
              try volume.empty()
              let child = try trial.start(["--retry-for", "2"])
              _ = child.wait(until: .now + trial.moment(in: time)) { false }
              try volume.losePower()
              let ended = trial.ended(child)
              run.note(ended.status == 0 ? "done before" : "hit")
              trial.expect(ended, [0, 11])
              trial.interruptions += 1
              try volume.remount()
              // A run that ended with 0 has synced everything.
              try trial.settle(ended)
              try trial.judge()
            }
          }
        }
      },
    ]
  }

  /// Every call of a kind fails once, on the files of the run.
  private static func failing(_ id: String, _ fault: String, _ calls: [String]) -> Case {
    Case(id, fault, expected: "11 and nothing trusted, or unharmed; resume exact", needs: [.strace]) { run in
      _ = try run.undisturbed(run.scenario, trace: Trace(calls, .count))
      let last = Trace.points(in: readText(run.bench.lastTrace) ?? "")
      guard last > 0 else { throw HarnessError("no such call was seen") }
      for point in spread(over: 1...last, run.sizes.places) {
        run.attempt("N = \(point)", run.scenario) { trial in
          let ended = trial.ended(try trial.start(trace: Trace(calls, .fail("EIO", at: point)), ["--retry-for", "2"]))
          trial.expect(ended, [0, 11])
          run.note(ended.status == 0 ? "unharmed" : "stopped")
          trial.interruptions += 1
          try trial.settle(ended)
          try trial.judge()
        }
      }
      run.require("stopped")
    }
  }

  /// With the folders of runs on a volume of its own.
  private static func onVolume(_ run: CaseRun, _ body: (Volume) throws -> Void) throws {
    guard let volume = try Volume(in: run.bench.folder, megabytes: 48) else {
      return run.skip("no loop device could be mounted")
    }
    let runs = run.bench.runs
    run.bench.runs = "\(volume.path)/runs"
    defer {
      run.bench.runs = runs
      volume.remove()
    }
    try body(volume)
  }

  /// The bytes that a whole run needs on the volume.
  private static func roomNeeded(_ run: CaseRun, _ volume: Volume) throws -> Int {
    try volume.empty()
    let before = volume.freeBytes
    _ = try run.undisturbed(run.scenario)
    return before - volume.freeBytes
  }
}
