import FaultHarness
import Platform
import Synchronization

/// A line on standard output, at once.
func say(_ line: String) {
  print(line)
  fflush(nil)
}

struct FileProblem: Error, CustomStringConvertible { var description: String }

func write(_ text: String, to path: String) throws {
  guard let file = fopen(path, "w") else { throw FileProblem(description: "cannot write \(path)") }
  let isWritten = fputs(text, file) >= 0
  guard fclose(file) == 0, isWritten else { throw FileProblem(description: "cannot write \(path)") }
}

/// The path from the root on; the program is there.
func absolute(_ path: String) throws -> String {
  guard let real = realpath(path, nil) else { throw FileProblem(description: "there is no \(path)") }
  defer { free(real) }
  return String(cString: real)
}

/// SIGINT and SIGTERM let the case that goes on end, and the server be stopped.
enum Interruption {
  private static let flag = Atomic<Bool>(false)

  static var hasCome: Bool { flag.load(ordering: .relaxed) }

  static func heed() {
    for number in [SIGINT, SIGTERM] { signal(number) { _ in Interruption.flag.store(true, ordering: .relaxed) } }
  }
}
