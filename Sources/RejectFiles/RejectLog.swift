public import Archive
internal import FoundationEssentials
public import Records
internal import Scalars
internal import Synchronization

/// `rejects/<dataset>.ndjson`: a line per record that was set aside. Made with the first one.
public final class RejectLog: Sendable {
  private let folder: RunFolder?
  private let name: String
  private let file = Mutex<LineFile?>(nil)

  /// - Parameter folder: nil: nothing is written.
  public init(_ folder: RunFolder?, dataset: String) {
    self.folder = folder
    name = RunLayout.rejects(of: dataset)
  }

  public func append(_ rejections: [Rejection]) throws(ArchiveError) {
    guard !rejections.isEmpty, let folder else { return }
    try file.withLock { file throws(ArchiveError) in
      if file == nil { file = try LineFile(in: folder, name: name, existing: .replace) }
      for rejection in rejections { try file?.append(Self.line(rejection)) }
    }
  }

  /// Removes what an earlier attempt wrote: all records are looked at again.
  public func begin() throws(ArchiveError) {
    try folder?.remove(name)
    try folder?.remove(RunLayout.partial(name))
  }

  /// Gives the file its final name, also after a failure: what it says stays true.
  public func finish() throws(ArchiveError) {
    try file.withLock { file throws(ArchiveError) in
      try file?.finish()
      file = nil
    }
  }

  /// JSON without its line end. `raw` is the record's text as a string, so that it comes back byte for byte; where it is
  /// not UTF-8, `base64` has it.
  static func line(_ rejection: Rejection) -> [UInt8] {
    var line = JSONText()
    line.open()
    line.member("ordinal", number: rejection.position.ordinal)
    line.member("offset", number: rejection.position.offset)
    line.member("bytes", number: Int64(rejection.position.length))
    if let number = rejection.line { line.member("line", number: number) }
    line.member("pointer", string: rejection.pointer.utf8)
    line.member("stage", string: rejection.stage.rawValue.utf8)
    line.member("rule", string: rejection.code.utf8)
    line.member("reason", string: rejection.reason.utf8)
    if let raw = rejection.raw {
      if String(validating: raw, as: UTF8.self) != nil {
        line.member("raw", string: raw)
      } else {
        line.member("base64", string: Data(raw).base64EncodedString().utf8)
      }
    }
    line.close()
    return line.bytes
  }
}

/// One JSON object of scalars, written byte by byte.
struct JSONText {
  private(set) var bytes: [UInt8] = []
  private var isFirst = true

  mutating func open() { bytes.append(UInt8(ascii: "{")) }
  mutating func close() { bytes.append(UInt8(ascii: "}")) }

  mutating func member(_ key: String, number: Int64) {
    begin(key)
    bytes += Array(String(number).utf8)
  }

  mutating func member(_ key: String, string: some Collection<UInt8>) {
    begin(key)
    JSONString.quote(string, into: &bytes)
  }

  private mutating func begin(_ key: String) {
    if !isFirst { bytes.append(UInt8(ascii: ",")) }
    isFirst = false
    JSONString.quote(key.utf8, into: &bytes)
    bytes.append(UInt8(ascii: ":"))
  }
}
