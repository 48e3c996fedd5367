import Platform

/// A program of the server to run to its end, under the server's account: no input, a small fixed environment, the root
/// folder as working folder (the account may not be allowed into ours), and none of our open files. setpriv from
/// util-linux gives up root's rights before the program begins.
struct Command {
  var executable: String
  var arguments: [String]
  var account: ServerAccount
  /// How long it may take. Whoever shares its account can halt it, and must not halt us.
  var patience: Duration = .seconds(30)

  /// - Parameter output: an open file that gets stdout and stderr.
  /// - Returns: the exit status, or 128 and the signal.
  /// - Throws: `.command` where it cannot be started, or has not ended in time and was killed.
  func run(output: borrowing Descriptor<LocalServerError>) throws(LocalServerError) -> Int32 {
    let deadline = ContinuousClock.now + patience
    let words = try account.descent() + [executable] + arguments
    var launch = ChildProcess.Launch(
      words[0], Array(words.dropFirst()),
      environment: ["PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C"])
    launch.output = output.raw
    launch.errors = output.raw
    let process: ChildProcess
    do throws(Errno) {
      process = try ChildProcess(launch)
    } catch {
      throw failure("cannot start: \(error)")
    }
    do throws(Errno) {
      while true {
        if let ending = try process.poll() { return ending.status }
        guard ContinuousClock.now < deadline else { break }
        usleep(2000)
      }
      process.signal(SIGKILL)
      _ = try process.wait()
    } catch {
      throw failure("cannot wait for its end: \(error)")
    }
    throw failure("did not end within \(patience) and was killed")
  }

  /// What the program prints, when it succeeds: a line or two, as a pipe holds it until the end.
  func printed() throws(LocalServerError) -> String? {
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else { throw failure("cannot start: \(Errno.last)") }
    let reading = Descriptor<LocalServerError>(raw: ends[0], name: executable)
    // Where something else of that account still holds the other end, reading does not wait for it.
    _ = fcntl(reading.raw, F_SETFL, O_NONBLOCK)
    let status: Int32
    do {
      let writing = Descriptor<LocalServerError>(raw: ends[1], name: executable)
      status = try run(output: writing)
    }
    guard status == 0 else { return nil }
    return (try? reading.contents(upTo: 64 << 10)).map { String(decoding: $0, as: UTF8.self) }
  }

  private func failure(_ message: String) -> LocalServerError { LocalServerError(.command, message, place: executable) }
}
