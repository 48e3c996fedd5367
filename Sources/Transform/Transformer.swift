internal import JSONStream
public import PipelineSpec
public import Records
internal import Scalars

/// Turns records into rows of binary COPY: finds each column's value, applies policies and defaults, encodes.
///
/// Synchronous, one batch a call, one owner. The tokens that the rows of the last batch were made of stay in `fields`
/// until the next call, so that the digest of a row can be taken from the source rather than from the row.
public struct Transformer: ~Copyable {
  /// The tokens of the rows of the last batch, one row of it per row of that batch.
  public private(set) var fields: FieldTable

  /// Whether `where` leaves a record out.
  public typealias Filter = (FilterValues) throws(CancellationError) -> Bool

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
  /// nil where there is no `where`.
  private var filterView: FilterView?
  private let pool: BufferPool
  /// The parts of the batch that is being made.
  private var sink = ByteSink()
  private var rows: [Row] = []
  private var records: [SourcePosition] = []
  private var rejections: [Rejection] = []
  private var filtered = 0
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
  ///   - filterPlaces: what `transform` shows the filter of each record
  ///   - pool: where the memory of the rows comes from
  public init(
    dataset: Dataset, layout: TableLayout, now: String, depthLimit: Int, filterPlaces: [FilterPlace] = [],
    pool: BufferPool = BufferPool(limit: 0)
  ) {
    self.pool = pool
    columns = dataset.columns
    self.depthLimit = depthLimit
    self.layout = layout
    plan = FieldPlan(columns: dataset.columns, places: filterPlaces, dataset: dataset.name, now: now)
    finder = FieldFinder(plan, watching: dataset.checks.policies.extraKeys != .ignore)
    encoders = layout.columns.map { FieldEncoder(column: $0) }
    judge = PolicyJudge(policies: dataset.checks.policies)
    rewriter = RecordRewriter(policies: dataset.checks.policies)
    constants = PaddedText(plan.constants)
    rewritten = RewrittenRecords(depthLimit: depthLimit)
    fields = FieldTable(columns: dataset.columns.count)
    if !filterPlaces.isEmpty { filterView = FilterView(filterPlaces, columns: layout.columns) }
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
  /// - Parameter filter: which records are left out, before anything else is asked of them; asked where there are places
  ///   for it to look at.
  /// - Throws: when the task is cancelled, soon also within a large record. Nothing may be transformed after it.
  public mutating func transform(
    _ batch: RecordBatch, leavingOut filter: Filter = { _ in false }
  ) throws(CancellationError) -> RowBatch {
    let chunk = batch.chunk
    let size = batch.records.reduce(0) { $0 + Int($1.end - $1.start) }
    begin(records: batch.records.count, bytes: size)
    lines = LineCounter(chunk)
    let text = IndexedText(
      bytes: chunk.bytes, index: chunk.index, links: UnsafeMutableBufferPointer(mutating: chunk.links), isFinal: true)
    for (i, record) in batch.records.enumerated() {
      try transform(record, at: batch.position(of: i), text, chunk, filter)
    }
    lines = LineCounter(nil)
    return end(batch, bytes: size)
  }

  private mutating func begin(records count: Int, bytes: Int) {
    sink = ByteSink(pool.take(Int(Double(bytes) * growth) + 4096))
    rows = []
    rows.reserveCapacity(count)
    records = []
    records.reserveCapacity(count)
    rejections = []
    filtered = 0
    changed = 0
    fields.tokens.removeAll(keepingCapacity: true)
    rewritten.removeAll()
  }

  private mutating func end(_ batch: RecordBatch, bytes: Int) -> RowBatch {
    if bytes > 1 << 16 { growth = Double(sink.count) / Double(bytes) * 1.1 }
    var finished = ByteSink()
    swap(&finished, &sink)
    var result = RowBatch(
      tables: [TableRows(bytes: finished, rowPerRecord: rows)], slice: batch.slice, closesSlice: batch.closesSlice,
      source: batch)
    result.read = batch.records.count
    result.records = records
    result.rejections = rejections
    result.filtered = filtered
    let lenient = lenientChanges
    result.changed = changed + lenient - changedBefore
    changedBefore = lenient
    return result
  }

  /// The texts that `fields` points into, given the batch they were made of; valid until the next call.
  public func texts(of batch: RecordBatch) -> FieldTexts {
    FieldTexts(chunk: batch.chunk.bytes, constants: constants.bytes, rewritten: rewritten.bytes)
  }

  /// Where the record of this place in the source lies among those of the last batch that a policy rewrote; nil where none
  /// did.
  public func placeAmongRewritten(_ ordinal: Int64) -> Range<Int>? { rewritten.places[ordinal] }

  private mutating func transform(
    _ record: Record, at position: SourcePosition, _ text: IndexedText, _ chunk: Chunk, _ filter: Filter
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
    case .keep: try append(text, Int(record.slot), .chunk, position, chunk, filter)
    case .rewrite:
      let clean = try rewriter.rewrite(text, at: Int(record.slot))
      if rewriter.dropped > 0,
        case .refuse(let code, let finding, let isByPolicy) = judge.judge([.duplicateKey])
      {
        // Leaving an escape out made two keys equal.
        if try isLeftOut(record, position, text, chunk, by: filter) { return }
        reject(position, code, PolicyJudge.reason(finding), pointer: "", isByPolicy: isByPolicy, chunk)
        return
      }
      let changes = rewriter.changes
      try rewritten.append(clean, ordinal: position.ordinal) { (text) throws(CancellationError) in
        if try append(text, 0, .rewritten, position, chunk, filter) { changed += changes }
      }
    case .refuse(let code, let finding, let isByPolicy):
      if try isLeftOut(record, position, text, chunk, by: filter) { return }
      reject(
        position, code, PolicyJudge.reason(finding),
        pointer: try PolicyJudge.pointer(to: finding, in: text, at: Int(record.slot), &meter) ?? "",
        isByPolicy: isByPolicy, chunk)
    }
  }

  /// Finds and encodes one record, or sets it aside.
  /// - Returns: false where `where` leaves it out.
  @discardableResult
  private mutating func append(
    _ text: IndexedText, _ slot: Int, _ origin: Token.Text, _ position: SourcePosition, _ chunk: Chunk, _ filter: Filter
  ) throws(CancellationError) -> Bool {
    let firstToken = fields.tokens.count
    let width = columns.count
    try find(text, slot, origin)
    if try isFiltered(firstToken, position.fileOrdinal, chunk, by: filter) {
      fields.tokens.removeLast(width)
      filtered += 1
      return false
    }
    count(text, slot, firstToken, position)
    if !finder.extra.isEmpty, judge.policies.extraKeys != .warn {
      rejectExtra(text, position, chunk)
      nameRefusals(besides: nil, firstToken, position.fileOrdinal, chunk)
      fields.tokens.removeLast(width)
      return true
    }
    let start = sink.count
    sink.append(bigEndian: Int16(truncatingIfNeeded: width))
    let texts = texts(chunk)
    for column in 0..<width {
      try meter.spend(Int(fields.tokens[firstToken &+ column].end &- fields.tokens[firstToken &+ column].start))
      guard let refusal = encode(column, firstToken &+ column, position.fileOrdinal, texts) else { continue }
      reject(position, refusal.code, refusal.reason, pointer: columns[column].pointerText, chunk)
      sink.truncate(to: start)
      nameRefusals(besides: column, firstToken, position.fileOrdinal, chunk)
      fields.tokens.removeLast(width)
      return true
    }
    rows.append(Row(end: sink.count))
    records.append(position)
    return true
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

  /// Adds the tokens of a record to those of the rows, and behind them those that only `where` looks at.
  @inline(__always)
  private mutating func find(_ text: IndexedText, _ slot: Int, _ origin: Token.Text) throws(CancellationError) {
    let firstToken = fields.tokens.count
    fields.tokens.append(contentsOf: plan.blank)
    try fields.tokens.withUnsafeMutableBufferPointer { (tokens) throws(CancellationError) in
      guard let base = tokens.baseAddress else { return }
      try finder.find(in: text, at: slot, as: origin, into: base + firstToken)
    }
  }

  private func texts(_ chunk: Chunk) -> FieldTexts {
    FieldTexts(chunk: chunk.bytes, constants: constants.bytes, rewritten: rewritten.bytes)
  }

  /// Whether `where` leaves out the record that was found last, of which then the columns' tokens stay.
  @inline(__always)
  private mutating func isFiltered(
    _ firstToken: Int, _ ordinal: Int64, _ chunk: Chunk, by filter: Filter
  ) throws(CancellationError) -> Bool {
    guard filterView != nil else { return false }
    let texts = texts(chunk)
    let isLeftOut = try fields.tokens.withUnsafeBufferPointer { (tokens) throws(CancellationError) -> Bool in
      let record = UnsafeBufferPointer(rebasing: tokens[firstToken...])
      return try filterView?.isLeftOut(record, defaults: plan.defaults, ordinal, texts, by: filter) ?? false
    }
    fields.tokens.removeLast(plan.blank.count - columns.count)
    return isLeftOut
  }

  /// Whether `where` leaves out, and then counts, a record that a policy refuses. Of a repeated key nobody knows which
  /// value counts: the record has to be left out by the first ones and by the last ones.
  private mutating func isLeftOut(
    _ record: Record, _ position: SourcePosition, _ text: IndexedText, _ chunk: Chunk, by filter: Filter
  ) throws(CancellationError) -> Bool {
    guard filterView != nil else { return false }
    var isLeftOut = true
    for reading in [Policies.DuplicateKeys.first, .last] where isLeftOut {
      var reader = RecordRewriter(policies: Policies(duplicateKeys: reading))
      try rewritten.append(try reader.rewrite(text, at: Int(record.slot)), ordinal: position.ordinal) {
        (text) throws(CancellationError) in
        let firstToken = fields.tokens.count
        try find(text, 0, .rewritten)
        isLeftOut = try isFiltered(firstToken, position.fileOrdinal, chunk, by: filter)
        fields.tokens.removeLast(columns.count)
      }
    }
    if isLeftOut { filtered += 1 }
    return isLeftOut
  }

  /// Adds to the last rejection what columns say to its record, and keeps for the rules what could be encoded.
  /// - Parameter first: the column that the rejection names; those before it were encoded already.
  @inline(never)
  private mutating func nameRefusals(besides first: Int?, _ firstToken: Int, _ ordinal: Int64, _ chunk: Chunk) {
    let (start, counted, texts) = (sink.count, lenientChanges, texts(chunk))
    var rejection = rejections.removeLast()
    var refused: [Int] = []
    sink.append(bigEndian: Int16(truncatingIfNeeded: columns.count))
    for column in columns.indices {
      // No row holds what the columns change, those before the first one twice.
      if column == first { changed -= lenientChanges - counted }
      guard let refusal = encode(column, firstToken + column, ordinal, texts) else { continue }
      FieldEncoder.encodeNull(into: &sink)
      refused.append(column)
      if column == first { continue }
      rejection.add("\(columns[column].pointerText): \(refusal.reason)", code: refusal.code)
    }
    changed -= lenientChanges - counted
    rejection.row = Rejection.PartialRow(tuple: Array(sink.bytes[start...]), refused: refused)
    rejections.append(rejection)
    sink.truncate(to: start)
  }

  /// What a column says to a value that it refuses.
  private typealias Refusal = (code: String, reason: String)

  private var lenientChanges: Int { encoders.reduce(0) { $0 + $1.changed } }

  /// Encodes one field, after the default took the place of a missing value; nil when that went well.
  @inline(__always)
  private mutating func encode(
    _ column: Int, _ place: Int, _ ordinal: Int64, _ texts: FieldTexts
  ) -> Refusal? {
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
    let pointers = finder.extra.prefix(Rejection.faultsNamed).map { member in
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
