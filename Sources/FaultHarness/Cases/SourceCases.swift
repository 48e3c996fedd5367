import Platform
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
      Case(
        "N12", "source changed between run and resume, or after the run was done",
        expected: "9, nothing loaded; then exact. Of a run that was done 0, and 9 of its verify"
      ) { run in
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
            changeDigit(of: &bytes, at: isEarly ? 300 : bytes.count - 100)
            try run.bench.writeSource(bytes, keepsTime: keepsTime)
            // Killed behind its last step, it has nothing to read any more.
            let isDone = try trial.isDone(connection)
            run.note(isDone ? "done before it was killed" : "stopped")
            trial.expect(trial.ended(try trial.startResume()), isDone ? [0] : [9])
            trial.expect(try trial.committed(connection) == slices, "O2", "slices were loaded from another source")
            trial.interruptions += 1
            try run.bench.restoreSource()
            try resumed(trial)
          }
        }
        run.attempt("a byte, after the run was done", run.scenario) { trial in
          trial.expect(trial.ended(try trial.start()), [0])
          var bytes = run.bench.source
          changeDigit(of: &bytes, at: 300)
          try run.bench.writeSource(bytes, keepsTime: true)
          // The source is another one: the table need not be.
          trial.expect(trial.ended(try trial.startVerify()), [9])
          try run.bench.restoreSource()
          try trial.judge()
        }
        run.attempt("a row of the table, after the run was done", run.scenario) { trial in
          let connection = try run.bench.connect()
          defer { connection.close() }
          trial.expect(trial.ended(try trial.start()), [0])
          try connection.execute("UPDATE events SET flag = NOT flag WHERE id = 77")
          trial.expect(trial.ended(try trial.startVerify()), [5])
          trial.judgeProcesses()
        }
      },
    ]
  }

  /// A digit of the padding: the record stays a record.
  private static func changeDigit(of bytes: inout [UInt8], at place: Int) {
    bytes[place] = bytes[place] == UInt8(ascii: "1") ? UInt8(ascii: "2") : UInt8(ascii: "1")
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
