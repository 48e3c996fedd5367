public import Platform

/// The harness itself cannot go on: no verdict about the program under test.
public struct HarnessError: Error, CustomStringConvertible {
  public var description: String

  init(_ description: String) { self.description = description }

  /// With what the last system call left in `errno`.
  static func system(_ what: String) -> HarnessError { HarnessError("\(what): \(Errno.last)") }
}

extension HarnessError: FileFailure {
  public init(_ error: FileError) { self.init("cannot \(error.action) \(error.file): \(error.reason)") }
}
