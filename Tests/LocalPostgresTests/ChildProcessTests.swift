import Foundation
import Platform
import Testing

@Suite struct ChildProcessTests {
  #if os(Linux)
    @Test("A program starts with no signal blocked, whatever the thread blocks that starts it")
    func unblocked() throws {
      let path = NSTemporaryDirectory() + "/ChildProcessTests-\(UUID())"
      defer { unlink(path) }
      let file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
      try #require(file >= 0)
      defer { close(file) }
      var launch = ChildProcess.Launch("/bin/grep", ["SigBlk", "/proc/self/status"], environment: [:])
      launch.output = file
      var (all, before) = (sigset_t(), sigset_t())
      sigfillset(&all)
      pthread_sigmask(SIG_BLOCK, &all, &before)
      defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
      #expect(try ChildProcess(launch).wait().status == 0)
      #expect(try String(contentsOfFile: path, encoding: .utf8) == "SigBlk:\t0000000000000000\n")
    }
  #endif
}
