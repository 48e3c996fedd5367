import Archive
import Platform
import Postgres

extension Case {
  /// What was written is not what is read back.
  static var damageCases: [Case] {
    [
      Case("F10", "bit flipped at every k-th byte of frames and manifest, files cut short", expected: "all found") {
        run in
        _ = try run.undisturbed(run.scenario)
        for name in [RunLayout.archive(of: "events"), RunLayout.manifest, RunLayout.checksums] {
          run.attempt(name, nil) { trial in
            let path = "\(run.bench.runs)/\(try run.lastRun())/\(name)"
            guard let bytes = readBytes(path) else { throw HarnessError.system("cannot read \(path)") }
            for place in stride(from: 0, to: bytes.count, by: strides(run, name)) {
              var harmed = bytes
              harmed[place] ^= 1 << UInt8(trial.random.next() % 8)
              try expectFound(harmed, path, "bit of byte \(place)", run, trial)
            }
            for place in spread(over: 0...bytes.count - 1, 8) {
              try expectFound(Array(bytes[..<place]), path, "cut to \(place) bytes", run, trial)
            }
            try writeBytes(bytes, to: path)
            trial.expect(try verify(run) == 0, "O5", "what is mended is refused")
          }
        }
      },
      Case("F11", "lines of the manifest swapped, deleted, doubled", expected: "all found") { run in
        _ = try run.undisturbed(run.scenario)
        run.attempt("lines", nil) { trial in
          let path = "\(run.bench.runs)/\(try run.lastRun())/\(RunLayout.manifest)"
          guard let text = readText(path) else { throw HarnessError.system("cannot read \(path)") }
          let lines = text.split(separator: "\n").map(String.init)
          for place in lines.indices {
            for (what, harmed) in harmed(lines, at: place) where harmed != lines {
              let bytes = Array((harmed.joined(separator: "\n") + "\n").utf8)
              try expectFound(bytes, path, "line \(place + 1) \(what)", run, trial)
            }
          }
          try writeText(text, to: path)
        }
      },
      Case("F12", "manifest deleted before resume", expected: "rebuilt, exact") { run in
        _ = try run.undisturbed(run.scenario)
        for _ in 0..<max(1, run.sizes.places / 8) {
          run.attempt("deleted", run.scenario) { trial in
            let connection = try run.bench.connect()
            defer { connection.close() }
            let ended = try killMidway(trial, connection)
            for path in files(under: run.bench.runs) where path.contains("/\(RunLayout.manifest)") { unlink(path) }
            try trial.settle(ended)
            try trial.judge()
          }
        }
      },
    ]
  }

  /// The small files are looked at more closely.
  private static func strides(_ run: CaseRun, _ name: String) -> Int {
    RunLayout.parse(name)?.kind == .archive ? run.sizes.damageStride : max(61, run.sizes.damageStride / 100)
  }

  private static func harmed(_ lines: [String], at place: Int) -> [(String, [String])] {
    var (deleted, doubled, swapped) = (lines, lines, lines)
    deleted.remove(at: place)
    doubled.insert(lines[place], at: place)
    swapped.swapAt(place, (place + 1) % lines.count)
    return [("deleted", deleted), ("doubled", doubled), ("swapped", swapped)]
  }

  private static func expectFound(
    _ bytes: [UInt8], _ path: String, _ what: String, _ run: CaseRun, _ trial: Trial
  ) throws {
    try writeBytes(bytes, to: path)
    run.note("damages")
    trial.expect(try verify(run) != 0, "O5", "\(what) is not found")
  }

  private static func verify(_ run: CaseRun) throws -> Int32 {
    try run.bench.sluice(["backup", "verify", run.lastRun(), "--run-dir", run.bench.runs]).wait().status
  }
}

extension CaseRun {
  /// The one run there is a folder of.
  func lastRun() throws -> String {
    guard let run = entries(of: bench.runs).last else { throw HarnessError("there is no run") }
    return run
  }
}
