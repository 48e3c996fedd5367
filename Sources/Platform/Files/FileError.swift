public import SystemPackage

/// What the system refused to do with a file, before a module says it in its own words.
public struct FileError: Error, Hashable, Sendable {
  public enum Purpose: Sendable { case reading, writing }

  public var purpose: Purpose
  /// What was tried, after "cannot": `open the folder`.
  public var action: String
  /// What messages call the file.
  public var file: String
  public var reason: Errno

  public init(_ purpose: Purpose, _ action: String, _ file: String, _ reason: Errno) {
    self.purpose = purpose
    self.action = action
    self.file = file
    self.reason = reason
  }
}

/// A module's own error, as which an open file throws what the system refused.
public protocol FileFailure: Error {
  init(_ error: FileError)
}

/// For those who say elsewhere what they tried.
extension Errno: FileFailure {
  public init(_ error: FileError) { self = error.reason }
}

extension Errno {
  /// What the last failed call of the C library left; nothing may stand between the call and this.
  public static var last: Errno { Errno(rawValue: errno) }

  /// Nothing lies at the path, rather than something that cannot be reached.
  public var isMissing: Bool { self == .noSuchFileOrDirectory || self == .notDirectory }

  /// As swift-system throws it, whose calls throw nothing else.
  init(_ error: any Error) { self = error as? Errno ?? .ioError }
}
