public import Scalars

/// Finds the records of a document, one after another, as its text arrives, and checks everything before, between and
/// after them.
///
/// The caller hands in a text, takes records until the framer stops, drops what lies before `slot` (and says so by
/// `rebase`), appends more text, and hands it in again.
public struct RecordFramer: ~Copyable {
  private let layout: RecordLayout
  private var checker: ValueChecker
  private var outline: Outline
  private var phase = Phase.start
  /// Where the record before ended; negative when it was dropped already.
  private var previousEnd = 0
  private var hasNewLine = true
  /// The first entry that was not taken.
  public private(set) var slot = 0
  /// Records found so far.
  public private(set) var records: Int64 = 0

  private enum Phase {
    case start
    /// Outside the array of records.
    case outside
    /// In the array, before its first element.
    case first
    /// In the array, after a comma.
    case element
    /// In the array, after an element.
    case separator
    /// Between values of a source without an array.
    case values
    /// At the start of a line of NDJSON.
    case lines
    /// The one record of the document is done.
    case single
    case end
  }

  /// A record: its entries begin at `slot`, its bytes are `range`.
  public struct Found {
    public var slot: Int
    public var range: Range<Int>
    public var findings: ValueFindings
  }

  public enum Next {
    case record(Found)
    /// The next record begins at or after the boundary, or nothing is known of it but that.
    case boundary
    /// More text is needed.
    case more
    /// The document is complete, and nothing but white space follows.
    case end
  }

  public init(_ layout: RecordLayout) {
    self.layout = layout
    checker = ValueChecker(depthLimit: layout.depthLimit)
    outline = Outline(path: layout.path, depthLimit: layout.depthLimit)
  }

  /// The first `slots` entries and `bytes` bytes were dropped; the rest moved to the front.
  public mutating func rebase(slots: Int, bytes: Int) {
    precondition(slots <= slot)
    slot -= slots
    previousEnd -= bytes
    outline.rebase(bytes: bytes)
  }

  /// Everything before this byte is done with, given the text that `next` was last called with.
  public func frontier(in text: IndexedText) -> Int {
    slot < text.index.count ? Int(text.index[slot] & placeMask) : text.bytes.count
  }

  /// The next record that begins before byte `boundary`.
  public mutating func next(in text: IndexedText, before boundary: Int) throws(JSONFault) -> Next {
    while true {
      switch phase {
      case .start:
        guard slot < text.index.count || layout.form == .lines else { return try needMore(text) }
        phase = firstPhase(text)
      case .outside:
        switch try outline.advance(text, &slot) {
        case .target:
          previousEnd = frontier(in: text)
          phase = .first
        case .more: return .more
        case .end: phase = .end
        }
      case .first:
        guard slot < text.index.count else { return try needMore(text) }
        if byte(text) == UInt8(ascii: "]") { try leaveArray(text) } else { phase = .element }
      case .separator:
        guard slot < text.index.count else { return try needMore(text) }
        switch byte(text) {
        case UInt8(ascii: ","):
          slot += 1
          phase = .element
        case UInt8(ascii: "]"): try leaveArray(text)
        default: throw JSONFault(.expected("\",\" or \"]\" after an element"), at: frontier(in: text))
        }
      case .element:
        let next = try value(text, boundary)
        if case .record = next { phase = .separator }
        return next
      case .values:
        guard slot < text.index.count else {
          guard text.isFinal else { return try needMore(text) }
          phase = .end
          continue
        }
        noticeNewLine(text, before: frontier(in: text))
        guard hasNewLine else { throw JSONFault(.sameLine, at: frontier(in: text)) }
        let next = try value(text, boundary)
        if case .record(let found) = next {
          hasNewLine = false
          previousEnd = found.range.upperBound
          if layout.form == .object || layout.form == .document { phase = .single }
        }
        return next
      case .lines:
        guard slot < text.index.count else {
          guard text.isFinal else { return .more }
          phase = .end
          continue
        }
        return try line(text, boundary)
      case .single:
        guard slot < text.index.count else {
          guard text.isFinal else { return .more }
          phase = .end
          continue
        }
        throw JSONFault(.trailing, at: frontier(in: text))
      case .end:
        guard slot >= text.index.count else { throw JSONFault(.trailing, at: frontier(in: text)) }
        return text.isFinal ? .end : .more
      }
    }
  }

  private func byte(_ text: IndexedText) -> UInt8 { text.bytes[Int(text.index[slot] & placeMask)] }

  /// `slot` lies on the first entry of the document.
  private func firstPhase(_ text: IndexedText) -> Phase {
    switch layout.form {
    case .array, .scalars: .outside
    case .auto: !layout.path.isEmpty || byte(text) == UInt8(ascii: "[") ? .outside : .values
    case .object, .document: .values
    case .lines: .lines
    }
  }

  /// The value of the line that begins at `slot`: it ends on that line, and nothing else follows there.
  private mutating func line(_ text: IndexedText, _ boundary: Int) throws(JSONFault) -> Next {
    let start = frontier(in: text)
    guard start < boundary else { return .boundary }
    let feed = text.bytes.lineFeed(from: start)
    switch checker.check(text, from: slot) {
    case .invalid(let fault): throw fault
    case .incomplete:
      guard let feed else { return try needMore(text) }
      throw JSONFault(.unfinishedLine, at: feed)
    case .complete(let next, let end, let findings):
      if let feed, feed < end { throw JSONFault(.unfinishedLine, at: feed) }
      if next < text.index.count {
        let place = Int(text.index[next] & placeMask)
        if feed.map({ place < $0 }) ?? true { throw JSONFault(.sameLine, at: place) }
      } else if feed == nil, !text.isFinal {
        return .more
      }
      defer {
        slot = next
        records += 1
      }
      return .record(Found(slot: slot, range: start..<end, findings: findings))
    }
  }

  /// The line at `slot` counts as a record, though it is none; what comes next is the start of the line behind it.
  mutating func passLine() {
    phase = .lines
    records += 1
  }

  /// The value at `slot`.
  private mutating func value(_ text: IndexedText, _ boundary: Int) throws(JSONFault) -> Next {
    guard slot < text.index.count else { return try needMore(text) }
    guard frontier(in: text) < boundary else { return .boundary }
    let start = frontier(in: text)
    if layout.form == .scalars, byte(text) == UInt8(ascii: "{") || byte(text) == UInt8(ascii: "[") {
      throw JSONFault(.notScalar, at: start)
    }
    if layout.form == .object, byte(text) != UInt8(ascii: "{") { throw JSONFault(.expected("an object"), at: start) }
    switch checker.check(text, from: slot) {
    case .complete(let next, let end, let findings):
      defer {
        slot = next
        records += 1
      }
      return .record(Found(slot: slot, range: start..<end, findings: findings))
    case .incomplete: return try needMore(text)
    case .invalid(let fault): throw fault
    }
  }

  private mutating func leaveArray(_ text: IndexedText) throws(JSONFault) {
    slot += 1
    outline.leaveTarget(elements: records, end: frontier(in: text))
    phase = .outside
  }

  private mutating func noticeNewLine(_ text: IndexedText, before place: Int) {
    guard !hasNewLine else { return }
    let gap = max(previousEnd, 0)..<place
    hasNewLine = text.bytes[gap].contains(0x0A)
    previousEnd = place
  }

  private mutating func needMore(_ text: IndexedText) throws(JSONFault) -> Next {
    if phase == .values, slot == text.index.count { noticeNewLine(text, before: text.bytes.count) }
    guard text.isFinal else { return .more }
    throw truncated(text)
  }

  private func truncated(_ text: IndexedText) -> JSONFault {
    if phase == .start { return JSONFault(.empty, at: text.bytes.count) }
    let inside = phase == .values || phase == .lines || phase == .element ? "a value" : "the array"
    return JSONFault(.truncated(inside), at: text.bytes.count)
  }
}
