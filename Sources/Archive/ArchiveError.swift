public import Records

/// What went wrong with a backup, a manifest, a stage file or the folder that holds them.
public struct ArchiveError: ReportableError {
  public enum Kind: String, Sendable, CaseIterable {
    /// A file or folder could not be created, written, synced or renamed.
    case write
    /// A file or folder could not be opened or read.
    case read
    /// A file is there already and nobody said that it may be replaced.
    case exists
    /// A symbolic link, or something else that is no regular file or folder, stands where ours should.
    case symlink
    /// Somebody else can have written a file or folder that is to be believed.
    case untrusted
    /// A name leaves its folder or has characters that names of a run never have.
    case name
    /// The options given cannot be met: a compression level, a frame size.
    case option
    /// A file that the manifest or the list of checksums names is not there.
    case missing
    /// A file is there that the manifest or the list of checksums does not name.
    case unlisted
    /// Bytes are not those that were written: a hash, a size or a checksum does not match.
    case damaged
    /// The manifest's chain is broken, or it is not complete.
    case manifest
    /// A file changed while it was read.
    case changed
    /// The source is not the one of which an earlier attempt wrote frames.
    case otherSource
    /// A folder to back up holds something that an archive cannot hold.
    case unsupported
  }

  public let kind: Kind
  public let message: String
  /// The file's name inside the run folder, or its path where it lies outside.
  public let file: String?
  /// The damaged frame, counted from 0.
  public let frame: Int?
  /// The bytes of the source that the damaged frame holds.
  public let range: Range<Int64>?
  /// The line of the manifest or of the list of checksums, counted from 1.
  public let line: Int?
  public let remedy: String?
  /// The system's number of the error, where it was the system that refused.
  public private(set) var number: Int32?

  init(
    _ kind: Kind, _ message: String, file: String? = nil, frame: Int? = nil, range: Range<Int64>? = nil,
    line: Int? = nil, remedy: String? = nil
  ) {
    self.kind = kind
    self.message = message
    self.file = file
    self.frame = frame
    self.range = range
    self.line = line
    self.remedy = remedy
  }

  public var code: String { "archive.\(kind.rawValue)" }

  public var place: String? {
    guard var place = file else { return nil }
    if let line { place += ", line \(line)" }
    if let frame { place += ", frame \(frame)" }
    if let range { place += " (bytes \(range.lowerBound)..<\(range.upperBound) of the source)" }
    return place
  }

  public var exitStatus: ExitStatus {
    switch kind {
    case .write, .read, .symlink: .storage
    case .exists, .name, .option: .refused
    case .missing, .unlisted, .damaged, .manifest: .integrity
    case .changed, .unsupported: .source
    case .otherSource, .untrusted: .resume
    }
  }
}

extension ArchiveError {
  /// There is nothing to verify, which is no pass.
  public static func noArchives(of run: String) -> ArchiveError {
    ArchiveError(.missing, "the run has no archives: nothing was verified", file: run)
  }

  /// The same, as the system's refusal.
  func numbered(_ number: Int32) -> ArchiveError {
    var error = self
    error.number = number
    return error
  }

  /// A file that has no final name yet, as its run did not come to its end.
  static func unfinished(_ file: String, of folder: RunFolder) -> ArchiveError {
    ArchiveError(.missing, "is unfinished, as the run is", file: file, remedy: "resume it: sluice resume \(folder.id)")
  }
}
