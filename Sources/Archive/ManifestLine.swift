internal import Records

/// One line of `manifest.jsonl`. A line has exactly one spelling: what cannot be written cannot be read.
struct ManifestLine: Equatable {
  enum Content: Equatable {
    /// A frame of an archive became durable.
    case frame(archive: String, Frame)
    /// An archive is complete.
    case archiveEnd(ArchiveSummary)
    /// The manifest is complete: how many lines it has with this one, and how many archives.
    case end(lines: Int, archives: Int)
  }

  /// Longer than any line that can be written.
  static let largestSize = 2048

  /// Counted from 1.
  let number: Int
  let content: Content
  /// The hash of the line before, without its newline.
  let previous: SHA256Sum

  /// The line as JSON, without a newline.
  var text: String {
    var text = "{\"line\":\(number),"
    switch content {
    case .frame(let archive, let frame):
      text += "\"archive\":\"\(archive)\",\"frame\":\(frame.number)"
      text += ",\"offset\":\(frame.raw.lowerBound),\"bytes\":\(frame.raw.count),\"sha256\":\"\(frame.rawSHA256)\""
      text += ",\"packedOffset\":\(frame.packed.lowerBound),\"packedBytes\":\(frame.packed.count)"
      text += ",\"packedSha256\":\"\(frame.packedSHA256)\""
    case .archiveEnd(let summary):
      text += "\"archive\":\"\(summary.archive)\",\"end\":true,\"frames\":\(summary.frames)"
      text += ",\"bytes\":\(summary.bytes),\"sha256\":" + (summary.sha256.map { "\"\($0)\"" } ?? "null")
      text += ",\"packedBytes\":\(summary.packedBytes),\"packedSha256\":\"\(summary.packedSHA256)\""
    case .end(let lines, let archives):
      text += "\"end\":true,\"lines\":\(lines),\"archives\":\(archives)"
    }
    return text + ",\"previous\":\"\(previous)\"}"
  }

  init(number: Int, content: Content, previous: SHA256Sum) {
    self.number = number
    self.content = content
    self.previous = previous
  }
}

// MARK: - Reading

extension ManifestLine {
  /// Reads a line without its newline; nil unless writing it again gives the same bytes.
  init?(_ bytes: some Collection<UInt8>) {
    var scanner = Scanner(rest: Array(bytes)[...])
    guard scanner.skip("{\"line\":"), let number = scanner.integer(), scanner.skip(","),
      let content = scanner.content(), scanner.skip(",\"previous\":"), let previous = scanner.hash(),
      scanner.skip("}"), scanner.rest.isEmpty
    else { return nil }
    self.init(number: Int(number), content: content, previous: previous)
    guard text.utf8.elementsEqual(bytes) else { return nil }
  }

  private struct Scanner {
    var rest: ArraySlice<UInt8>

    mutating func skip(_ literal: StaticString) -> Bool {
      let isThere = literal.withUTF8Buffer { rest.starts(with: $0) }
      if isThere { rest = rest.dropFirst(literal.utf8CodeUnitCount) }
      return isThere
    }

    /// A size, place or count; see `CountLimit`.
    mutating func integer() -> Int64? {
      let digits = rest.prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
      rest = rest.dropFirst(digits.count)
      return Int64(String(decoding: digits, as: UTF8.self)).flatMap { $0.isCount ? $0 : nil }
    }

    mutating func string() -> ArraySlice<UInt8>? {
      guard skip("\"") else { return nil }
      let content = rest.prefix { $0 != UInt8(ascii: "\"") }
      rest = rest.dropFirst(content.count)
      return skip("\"") ? content : nil
    }

    mutating func hash() -> SHA256Sum? { string().flatMap { SHA256Sum(hex: $0) } }

    /// `offset` and `bytes` as a range; nil when no file is so large.
    mutating func range(_ first: StaticString, _ second: StaticString) -> Range<Int64>? {
      guard skip(first), let start = integer(), skip(second), let count = integer() else { return nil }
      return start.adding(count: count).map { start..<$0 }
    }

    mutating func content() -> Content? {
      if skip("\"end\":true,\"lines\":") {
        guard let lines = integer(), skip(",\"archives\":"), let archives = integer() else { return nil }
        return .end(lines: Int(lines), archives: Int(archives))
      }
      guard skip("\"archive\":"), let name = string() else { return nil }
      let archive = String(decoding: name, as: UTF8.self)
      return skip(",\"end\":true") ? archiveEnd(archive) : frame(archive)
    }

    private mutating func frame(_ archive: String) -> Content? {
      guard skip(",\"frame\":"), let number = integer(),
        let raw = range(",\"offset\":", ",\"bytes\":"), skip(",\"sha256\":"), let rawSum = hash(),
        let packed = range(",\"packedOffset\":", ",\"packedBytes\":"), skip(",\"packedSha256\":"),
        let packedSum = hash()
      else { return nil }
      return .frame(
        archive: archive,
        Frame(
          number: Int(number), raw: raw, packed: packed, rawSHA256: rawSum, packedSHA256: packedSum))
    }

    private mutating func archiveEnd(_ archive: String) -> Content? {
      guard skip(",\"frames\":"), let frames = integer(), skip(",\"bytes\":"), let bytes = integer(),
        skip(",\"sha256\":")
      else { return nil }
      let sum = skip("null") ? nil : hash()
      guard skip(",\"packedBytes\":"), let packedBytes = integer(), skip(",\"packedSha256\":"), let packedSum = hash()
      else { return nil }
      return .archiveEnd(
        ArchiveSummary(
          archive: archive, frames: Int(frames), bytes: bytes, packedBytes: packedBytes, sha256: sum,
          packedSHA256: packedSum))
    }
  }
}
