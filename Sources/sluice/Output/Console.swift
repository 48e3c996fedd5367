import Platform
import Records
import Synchronization

#if canImport(Glibc)
  import CMalloc
#endif

/// Writes to the terminal: results to standard output, everything else to standard error.
enum Console {
  static let errorIsTerminal = isatty(STDERR_FILENO) == 1

  /// Whether a progress line stands on standard error, which has one writer at a time.
  private static let progressStands = Mutex(false)
  private static let clearing = "\r\u{1B}[K"

  /// Writes lines of the result. A reader that went away (`| head`) wants no more: that is no failure.
  static func out(_ text: OutputText) throws(LostOutput) { try offer(text) }

  /// As `out`, for output without an end in sight.
  /// - Returns: false when nobody reads it any more.
  @discardableResult
  static func offer(_ text: OutputText) throws(LostOutput) -> Bool { try offer(unchanged: text.text) }

  /// As `offer`, for text that is data byte for byte, or JSON.
  @discardableResult
  static func offer(unchanged text: String) throws(LostOutput) -> Bool {
    try offer(bytes: Array((isLine(text) ? text : text + "\n").utf8))
  }

  /// As `offer`, for a line of bytes that need not be text.
  static func offer(unchanged line: [UInt8]) throws(LostOutput) -> Bool { try offer(bytes: line + [0x0A]) }

  private static func offer(bytes: [UInt8]) throws(LostOutput) -> Bool {
    switch write(STDOUT_FILENO, bytes) {
    case 0: return true
    case EPIPE: return false
    case let number: throw LostOutput(reason: "\(Errno(rawValue: number))")
    }
  }

  /// Writes lines, in the place of the progress line where one stands.
  static func error(_ text: OutputText) { error(unchanged: isLine(text.text) ? text.text : text.text + "\n") }

  /// As `error`, for a line of JSON.
  static func error(json: String) { error(unchanged: json + "\n") }

  private static func error(unchanged lines: String) {
    progressStands.withLock { stands in
      _ = write(STDERR_FILENO, (stands ? clearing : "") + lines)
      stands = false
    }
  }

  /// Begins a line where the terminal shows what was typed, such as `^C`.
  static func beginErrorLine() {
    progressStands.withLock { stands in
      if errorIsTerminal, !stands { _ = write(STDERR_FILENO, "\n") }
    }
  }

  /// Writes the progress line over the one before, cut where the terminal ends; nil: takes it away.
  static func progress(_ line: OutputText?) {
    progressStands.withLock { stands in
      if line == nil, !stands { return }
      _ = write(STDERR_FILENO, clearing + (line?.text.prefix(columns - 1) ?? ""))
      stands = line != nil
    }
  }

  private static var columns: Int {
    var size = winsize()
    return ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0 ? Int(size.ws_col) : 80
  }

  private static func isLine(_ text: String) -> Bool { text.utf8.last == UInt8(ascii: "\n") }

  private static func write(_ file: Int32, _ text: String) -> Int32 { write(file, Array(text.utf8)) }

  /// - Returns: 0, or the error number of what could not be written.
  private static func write(_ file: Int32, _ bytes: [UInt8]) -> Int32 {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { systemWrite(file, $0) }
      if count < 0, errno == EINTR { continue }
      if count < 0, errno == EAGAIN {
        // Whoever shares the terminal or pipe with us made it non-blocking.
        var request = pollfd(fd: file, events: Int16(POLLOUT), revents: 0)
        _ = poll(&request, 1, -1)
        continue
      }
      if count <= 0 { return errno }
      rest = rest.dropFirst(count)
    }
    return 0
  }

  private static func systemWrite(_ file: Int32, _ bytes: UnsafeRawBufferPointer) -> Int {
    Platform.write(file, bytes.baseAddress, bytes.count)
  }
}

/// Results that could not be written where they were wanted: whoever reads them would take a part for the whole.
struct LostOutput: ReportableError {
  let reason: String

  var code: String { "output.write" }
  var message: String { "the result cannot be written: \(reason)" }
  var place: String? { "standard output" }
  var remedy: String? { "make room or name another file, and ask again: what was done stays done" }
  var exitStatus: Records.ExitStatus { .storage }
}

/// The end of the process.
enum Process {
  /// Gives the memory of a batch back to the system as soon as it is freed. Left to itself, the allocator keeps what
  /// one thread allocates and another frees, half as much again as is in use.
  static func returnFreedMemory() {
    #if canImport(Glibc)
      mallopt(M_MMAP_THRESHOLD, 128 << 10)
    #endif
  }

  /// Keeps the numbers 0 to 2 where whoever started us closed them: else the next file that is opened takes the number,
  /// and what is printed goes there. What is opened instead fails as a closed one does.
  static func keepStandardDescriptors() {
    for number in STDIN_FILENO...STDERR_FILENO where fcntl(number, F_GETFD) < 0 {
      // The lowest free number is this one.
      _ = open("/dev/null", number == STDIN_FILENO ? O_WRONLY : O_RDONLY)
    }
  }

  /// Becomes another program, looked for in `PATH`.
  /// - Returns: why that did not work.
  static func replace(_ program: String, _ arguments: [String]) -> String {
    var argv: [UnsafeMutablePointer<CChar>?] = ([program] + arguments).map { strdup($0) }
    argv.append(nil)
    Signals.restoreFailedWrites()
    execvp(program, argv)
    let reason = "\(Errno.last)"
    for argument in argv { free(argument) }
    return reason
  }

  static func exit(_ status: Records.ExitStatus) -> Never {
    Platform.exit(status.rawValue)
  }
}
