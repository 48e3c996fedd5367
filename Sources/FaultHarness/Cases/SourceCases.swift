import Glibc
import Postgres

extension Case {
  /// The source is another one than before.
  static var sourceCases: [Case] {
    [
      Case("N11", "source appended to, cut, replaced during the run", expected: "8, then exact with the old source") {
        run in
        let time = try run.undisturbed(run.scenario)
        for place in 0..<max(3, run.sizes.places / 2) {
          let change = [SourceChange.appended, .cut, .replaced][place % 3]
          run.attempt("\(change)", run.scenario) { trial in
            let child = try trial.start()
            // Before that, what is there counts as the source.
            trial.awaitFolder(child)
            _ = child.wait(until: .now + trial.moment(in: time)) { false }
            try change.apply(run.bench)
            let ended = trial.ended(child)
            // It may have been read whole before.
            trial.expect(ended, [0, 8])
            run.note(ended.status == 0 ? "read before" : "stopped")
            if ended.status != 0 {
              trial.expect(trial.ended(try trial.startResume()), [8, 9])
              trial.interruptions += 2
            }
            try run.bench.restoreSource()
            try trial.settle(ended)
            try trial.judge()
          }
        }
      },
      Case("N12", "source changed between run and resume", expected: "8 or 9, nothing loaded; then exact") { run in
        _ = try run.undisturbed(run.scenario)
        for (label, isEarly, keepsTime) in [
          ("a byte of a committed slice", true, false),
          ("a byte of a committed slice, the file's time kept", true, true),
          ("a byte of an open slice", false, false),
        ] {
          run.attempt(label, run.scenario) { trial in
            let connection = try run.bench.connect()
            defer { connection.close() }
            try killMidway(trial, connection)
            let slices = try trial.committed(connection)
            var bytes = run.bench.source
            // A digit of the padding: the record stays a record.
            let place = isEarly ? 300 : bytes.count - 100
            bytes[place] = bytes[place] == UInt8(ascii: "1") ? UInt8(ascii: "2") : UInt8(ascii: "1")
            try run.bench.writeSource(bytes, keepsTime: keepsTime)
            trial.expect(trial.ended(try trial.startResume()), [8, 9])
            trial.expect(try trial.committed(connection) == slices, "O2", "slices were loaded from another source")
            trial.interruptions += 1
            try run.bench.restoreSource()
            try resumed(trial)
          }
        }
      },
    ]
  }

  enum SourceChange {
    case appended, cut, replaced

    func apply(_ bench: Bench) throws {
      let path = bench.sourcePath
      switch self {
      case .appended: try bench.writeSource(bench.source + Array("{\"id\": 1}\n".utf8), keepsTime: false)
      case .cut: truncate(path, off_t(bench.source.count / 2))
      case .replaced:
        try writeBytes(Array(bench.source.dropLast(3000)), to: "\(path).new")
        rename("\(path).new", path)
      }
    }
  }
}
