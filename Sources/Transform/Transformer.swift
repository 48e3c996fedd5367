internal import JSONStream
public import PipelineSpec
public import Records

/// Turns records into rows of binary COPY: finds each column's value, applies policies and defaults, encodes.
///
/// Synchronous, one batch a call, one owner. The tokens that the rows of the last batch were made of stay in `fields`
/// until the next call, so that the digest of a row can be taken from the source rather than from the row.
public struct Transformer: ~Copyable {
  /// The tokens of the rows of the last batch, one row of it per row of that batch.
  public private(set) var fields: FieldTable

  private let columns: [Column]
  private let depthLimit: Int
  private let layout: TableLayout
  private let plan: FieldPlan
  private let judge: PolicyJudge
  private var finder: FieldFinder
  private var encoders: [FieldEncoder]
  private var rewriter: RecordRewriter
  private let constants: PaddedText
  private let rewritten: RewrittenRecords
  private var meter = WorkMeter()
  private var counted: SourceFindings
  private var extraKeys = ExtraKeyCounts()
  /// The batch that is being made. (Its parts lie here, not in the `RowBatch`: what a class holds costs a check of
  /// exclusive access each time.)
  private var sink = ByteSink()
  private var rows: [Row] = []
  private var rejections: [Rejection] = []
  private var lines = LineCounter(nil)
  private var changed = 0
  /// How many bytes a row of the batch before took, per byte of source: sizes the next one's memory.
  private var growth = 1.25
  /// Values changed by `coerce: lenient` before this batch.
  private var changedBefore = 0

  /// - Parameters:
  ///   - columns: the dataset's columns, in the order of `layout.columns`
  ///   - now: RFC 3339 text of the run's instant
  ///   - depthLimit: what the records were checked against
  public init(dataset: Dataset, layout: TableLayout, now: String, depthLimit: Int) {
    columns = dataset.columns
    self.depthLimit = depthLimit
    self.layout = layout
    plan = FieldPlan(columns: dataset.columns, dataset: dataset.name, now: now)
    finder = FieldFinder(plan, watching: dataset.policies.extraKeys != .ignore)
    encoders = layout.columns.map { FieldEncoder(column: $0) }
    judge = PolicyJudge(policies: dataset.policies)
    rewriter = RecordRewriter(policies: dataset.policies)
    constants = PaddedText(plan.constants)
    rewritten = RewrittenRecords(depthLimit: depthLimit)
    fields = FieldTable(columns: dataset.columns.count)
    counted = SourceFindings(columns: dataset.columns.count)
  }

  /// What was found in the records so far.
  public var findings: SourceFindings {
    var findings = counted
    if judge.policies.extraKeys == .warn {
      (findings.extraKeys, findings.hasMoreExtraKeys) = extraKeys.named(plan, finder.keys)
    }
    return findings
  }

  /// Rows and rejections of `batch`; `read` is its number of records.
  /// - Throws: when the task is cancelled, soon also within a large record. Nothing may be transformed after it.
  public mutating func transform(_ batch: RecordBatch) throws(CancellationError) -> RowBatch {
    let chunk = batch.chunk
    let size = batch.records.reduce(0) { $0 + Int($1.end - $1.start) }
    begin(records: batch.records.count, bytes: size)
    lines = LineCounter(chunk)
    let text = IndexedText(
      bytes: chunk.bytes, index: chunk.index, links: UnsafeMutableBufferPointer(mutating: chunk.links), isFinal: true)
    for (i, record) in batch.records.enumerated() {
      let position = SourcePosition(
        ordinal: batch.firstOrdinal + Int64(i), offset: chunk.offset + Int64(record.start),
        length: Int(record.end - record.start))
      try transform(record, at: position, text, chunk)
    }
    lines = LineCounter(nil)
    return end(batch, bytes: size)
  }

  private mutating func begin(records: Int, bytes: Int) {
    sink = ByteSink(capacity: Int(Double(bytes) * growth) + 4096)
    rows = []
    rows.reserveCapacity(records)
    rejections = []
    changed = 0
    fields.tokens.removeAll(keepingCapacity: true)
    rewritten.removeAll()
  }

  private mutating func end(_ batch: RecordBatch, bytes: Int) -> RowBatch {
    if bytes > 1 << 16 { growth = Double(sink.count) / Double(bytes) * 1.1 }
    var finished = ByteSink()
    swap(&finished, &sink)
    let result = RowBatch(bytes: finished, slice: batch.slice, closesSlice: batch.closesSlice, source: batch)
    result.read = batch.records.count
    result.rows = rows
    result.rejections = rejections
    let lenient = lenientChanges
    result.changed = changed + lenient - changedBefore
    changedBefore = lenient
    return result
  }

  /// The texts that `fields` points into, given the batch they were made of; valid until the next call.
  public func texts(of batch: RecordBatch) -> FieldTexts {
    FieldTexts(chunk: batch.chunk.bytes, constants: constants.bytes, rewritten: rewritten.bytes)
  }

  private mutating func transform(
    _ record: Record, at position: SourcePosition, _ text: IndexedText, _ chunk: Chunk
  ) throws(CancellationError) {
    if record.flags.contains(.malformed) {
      rejectLine(UnsafeRawBufferPointer(rebasing: chunk.bytes[Int(record.start)..<Int(record.end)]), position, chunk)
      return
    }
    let hasLongNumbers = record.flags.contains(.longNumber)
    if hasLongNumbers != encoders.first?.hasLongNumbers {
      for i in encoders.indices { encoders[i].hasLongNumbers = hasLongNumbers }
    }
    switch judge.judge(record.flags) {
    case .keep: try append(text, Int(record.slot), .chunk, position, chunk)
    case .rewrite:
      let clean = try rewriter.rewrite(text, at: Int(record.slot))
      if rewriter.dropped > 0,
        case .refuse(let code, let finding, let isByPolicy) = judge.judge([.duplicateKey])
      {
        // Leaving an escape out made two keys equal.
        reject(position, code, PolicyJudge.reason(finding), pointer: "", isByPolicy: isByPolicy, chunk)
        return
      }
      changed += rewriter.changes
      try rewritten.append(clean) { (text) throws(CancellationError) in
        try append(text, 0, .rewritten, position, chunk)
      }
    case .refuse(let code, let finding, let isByPolicy):
      reject(
        position, code, PolicyJudge.reason(finding),
        pointer: try PolicyJudge.pointer(to: finding, in: text, at: Int(record.slot), &meter) ?? "",
        isByPolicy: isByPolicy, chunk)
    }
  }

  /// Finds and encodes one record, or sets it aside.
  private mutating func append(
    _ text: IndexedText, _ slot: Int, _ origin: Token.Text, _ position: SourcePosition, _ chunk: Chunk
  ) throws(CancellationError) {
    let firstToken = fields.tokens.count
    let width = plan.blank.count
    fields.tokens.append(contentsOf: plan.blank)
    try fields.tokens.withUnsafeMutableBufferPointer { (tokens) throws(CancellationError) in
      guard let base = tokens.baseAddress else { return }
      try finder.find(in: text, at: slot, as: origin, into: base + firstToken)
    }
    count(text, slot, firstToken, position)
    if !finder.extra.isEmpty, judge.policies.extraKeys != .warn {
      fields.tokens.removeLast(width)
      rejectExtra(text, position, chunk)
      return
    }
    let start = sink.count
    sink.append(bigEndian: Int16(truncatingIfNeeded: width))
    let texts = FieldTexts(chunk: chunk.bytes, constants: constants.bytes, rewritten: rewritten.bytes)
    for column in 0..<width {
      try meter.spend(Int(fields.tokens[firstToken &+ column].end &- fields.tokens[firstToken &+ column].start))
      guard let refusal = encode(column, firstToken &+ column, position.ordinal, texts) else { continue }
      let others = otherRefusals(behind: column, firstToken, position.ordinal, texts)
      sink.truncate(to: start)
      fields.tokens.removeLast(width)
      reject(position, refusal.code, refusal.reason + others, pointer: columns[column].pointerText, chunk)
      return
    }
    rows.append(
      Row(end: sink.count, ordinal: position.ordinal, offset: position.offset, length: position.length))
  }

  /// Counts what was found of a record, before defaults take the place of what is missing.
  @inline(__always)
  private mutating func count(_ text: IndexedText, _ slot: Int, _ firstToken: Int, _ position: SourcePosition) {
    counted.examined &+= 1
    fields.tokens.withUnsafeBufferPointer { tokens in
      counted.found.withUnsafeMutableBufferPointer { found in
        for column in found.indices {
          found[column] &+= tokens[firstToken &+ column].kind == .missing ? 0 : 1
        }
      }
    }
    if counted.sample.isOpen { counted.sample.take(text, at: slot, ordinal: position.ordinal) }
    if !finder.extra.isEmpty, judge.policies.extraKeys == .warn {
      extraKeys.add(finder, position, &lines)
    }
  }

  /// The most columns that refuse a record, and the most extra keys, that are named.
  private static let refusalsNamed = 5

  /// What the columns behind the first one that refused the record say to it, to follow that one's reason.
  @inline(never)
  private mutating func otherRefusals(
    behind first: Int, _ firstToken: Int, _ ordinal: Int64, _ texts: FieldTexts
  ) -> String {
    let counted = lenientChanges
    // No row holds what these columns change.
    defer { changed -= lenientChanges - counted }
    var text = ""
    var named = 1
    for column in columns.indices.dropFirst(first + 1) {
      guard let refusal = encode(column, firstToken + column, ordinal, texts) else { continue }
      guard named < Self.refusalsNamed else { return text + "; and more columns" }
      text += "; also \(columns[column].pointerText): \(refusal.reason) [\(refusal.code)]"
      named += 1
    }
    return text
  }

  private var lenientChanges: Int { encoders.reduce(0) { $0 + $1.changed } }

  /// Encodes one field, after the default took the place of a missing value; nil when that went well.
  @inline(__always)
  private mutating func encode(
    _ column: Int, _ place: Int, _ ordinal: Int64, _ texts: FieldTexts
  ) -> (code: String, reason: String)? {
    var token = fields.tokens[place]
    if token.kind == .missing {
      token = plan.defaults[column]
      fields.tokens[place] = token
    }
    if token.kind == .missing || token.kind == .null, columns[column].isRequired {
      return (
        "required",
        token.kind == .null
          ? "the value is null and the column is required" : "there is no value and the column is required"
      )
    }
    guard let problem = encoders[column].encode(token, ordinal: ordinal, texts: texts, into: &sink) else {
      return nil
    }
    return (problem.code, problem.reason(column: layout.columns[column]))
  }

  /// Sets a record aside for the keys that no column takes.
  @inline(never)
  private mutating func rejectExtra(_ text: IndexedText, _ position: SourcePosition, _ chunk: Chunk) {
    let pointers = finder.extra.prefix(Self.refusalsNamed).map { member in
      plan.nodes[member.node].pointer.appending(text.decodedString(at: member.slot)).description
    }
    let others = pointers.dropFirst().map { "; also \($0)" }.joined()
    let more = finder.extra.count > pointers.count ? "; and more keys" : ""
    reject(
      position, "extraKey",
      "no column takes this key; add one, or set policies.extraKeys to ignore\(others)\(more)",
      pointer: pointers.first ?? "", isByPolicy: judge.policies.extraKeys == .reject, chunk)
  }

  /// Sets a malformed line aside: extract saw that it is none, and what is wrong is said here, where all is said.
  private mutating func rejectLine(_ line: UnsafeRawBufferPointer, _ position: SourcePosition, _ chunk: Chunk) {
    let fault = LineFault.find(in: line, depthLimit: depthLimit)
    let place = fault.map { " (byte \($0.offset) of the record)" } ?? ""
    let reason = "the line is not a JSON value: \(fault?.kind.description ?? "it was refused before")\(place)"
    reject(position, "malformed", reason, pointer: "", stage: .extract, chunk)
  }

  private mutating func reject(
    _ position: SourcePosition, _ code: String, _ reason: String, pointer: String, isByPolicy: Bool = false,
    stage: Stage = .transform, _ chunk: Chunk
  ) {
    let place = Int(position.offset - chunk.offset)
    rejections.append(
      Rejection(
        position: position, line: lines.line(at: position.offset), pointer: pointer, stage: stage, code: code,
        reason: reason, isByPolicy: isByPolicy, raw: [UInt8](chunk.bytes[place..<place + position.length])))
  }
}
