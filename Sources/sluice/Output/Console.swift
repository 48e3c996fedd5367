#if canImport(Glibc)
  import CMalloc
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif
import Records

/// Writes to the terminal: results to standard output, everything else to standard error. Control characters that came
/// with data are shown, not obeyed.
enum Console {
  static let errorIsTerminal = isatty(2) == 1

  static func out(_ text: String) { offer(text) }

  /// As `out`, for output without an end in sight.
  /// - Returns: false when nobody reads it any more.
  @discardableResult
  static func offer(_ text: String) -> Bool { write(1, text.hasSuffix("\n") ? text : text + "\n") }

  static func error(_ text: String) { write(2, text.hasSuffix("\n") ? text : text + "\n") }

  /// Text without a line end, for a line that is written over again and again.
  static func errorRaw(_ text: String) { write(2, text) }

  /// `text` with control characters other than line feeds, and those that turn the direction of a line, as escapes.
  static func safe(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar.value {
      case 0x0A: result.unicodeScalars.append(scalar)
      case 0..<0x20, 0x7F..<0xA0, 0x2028...0x202E, 0x2066...0x2069:
        result += "\\u{" + String(scalar.value, radix: 16) + "}"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }

  /// A closed pipe ends the output, not the work.
  @discardableResult
  private static func write(_ file: Int32, _ text: String) -> Bool {
    var rest = Array(text.utf8)[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { unsafe_write(file, $0) }
      if count < 0 && errno == EINTR { continue }
      if count <= 0 { return false }
      rest = rest.dropFirst(count)
    }
    return true
  }

  private static func unsafe_write(_ file: Int32, _ bytes: UnsafeRawBufferPointer) -> Int {
    #if canImport(Glibc)
      Glibc.write(file, bytes.baseAddress, bytes.count)
    #elseif canImport(Musl)
      Musl.write(file, bytes.baseAddress, bytes.count)
    #else
      Darwin.write(file, bytes.baseAddress, bytes.count)
    #endif
  }
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

  /// Becomes another program, looked for in `PATH`.
  /// - Returns: why that did not work.
  static func replace(_ program: String, _ arguments: [String]) -> String {
    var argv: [UnsafeMutablePointer<CChar>?] = ([program] + arguments).map { strdup($0) }
    argv.append(nil)
    Signals.restoreFailedWrites()
    execvp(program, argv)
    let reason = String(cString: strerror(errno))
    for argument in argv { free(argument) }
    return reason
  }

  static func exit(_ status: Records.ExitStatus) -> Never {
    #if canImport(Glibc)
      Glibc.exit(status.rawValue)
    #elseif canImport(Musl)
      Musl.exit(status.rawValue)
    #else
      Darwin.exit(status.rawValue)
    #endif
  }
}
