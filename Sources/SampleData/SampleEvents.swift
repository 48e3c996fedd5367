import Records

/// Made-up analytics events as one JSON text: the data of the demo, the tests and the benchmarks.
///
/// The same count, seed and form give the same bytes on every machine; event `n` is the same in every form, and in
/// every text long enough to have it. About 460 bytes an event.
public struct SampleEvents: Sendable {
  public enum Form: String, Sendable, CaseIterable {
    /// One array of events.
    case array
    /// An event a line.
    case ndjson
    /// `{"meta": …, "data": {"events": [ … ]}, "tail": …}`: the array is at `/data/events`, and a decoy before it.
    case wrapped
  }

  public var count: Int
  public var seed: UInt64
  public var form: Form
  /// Line breaks and indentation; without effect on `ndjson`, where a line is an event.
  public var isPretty: Bool

  /// - Precondition: `count` is not negative.
  public init(count: Int, seed: UInt64 = 1, form: Form = .array, isPretty: Bool = false) {
    precondition(count >= 0)
    self.count = count
    self.seed = seed
    self.form = form
    self.isPretty = isPretty
  }

  /// A piece is handed over once it has this many bytes.
  static let pieceSize = 1 << 20

  /// Hands the text to `sink` in pieces of about 1 MiB, each valid until `sink` returns.
  /// - Throws: what `sink` throws, at once.
  public func write<Failure: Error>(
    to sink: (UnsafeRawBufferPointer) throws(Failure) -> Void
  ) throws(Failure) {
    var writer = JSONWriter(isPretty: isPretty && form != .ndjson, capacity: Self.pieceSize + 8_192)
    writer.beginning(of: self)
    for number in 0..<UInt64(count) {
      if form != .ndjson { writer.next() }
      writer.event(number, seed: seed)
      if form == .ndjson { writer.lineFeed() }
      if writer.out.count >= Self.pieceSize {
        try sink(writer.out.bytes)
        writer.out.removeAll()
      }
    }
    writer.end(of: self)
    if writer.out.count > 0 { try sink(writer.out.bytes) }
  }

  /// The whole text: for tests and other small counts.
  public func bytes() -> [UInt8] {
    var all: [UInt8] = []
    write { all.append(contentsOf: $0) }
    return all
  }
}

extension JSONWriter {
  mutating func beginning(of sample: SampleEvents) {
    switch sample.form {
    case .ndjson: break
    case .array: open("[")
    case .wrapped:
      open("{")
      key("meta")
      open("{")
      key("seed")
      out.appendDecimal(sample.seed)
      key("records")
      out.appendDecimal(UInt64(sample.count))
      key("events")  // not the array one looks for
      raw("[0]")
      close("}")
      key("data")
      open("{")
      key("events")
      open("[")
    }
  }

  mutating func end(of sample: SampleEvents) {
    switch sample.form {
    case .ndjson: return
    case .array: close("]")
    case .wrapped:
      close("]")
      close("}")
      key("tail")
      raw("{\"complete\":true}")
      close("}")
    }
    lineFeed()
  }
}
