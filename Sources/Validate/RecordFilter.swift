public import Records

/// `where`: tells of a record, before it becomes a row, whether it is left out.
///
/// One owner at a time; not thread-safe.
public final class RecordFilter {
  private let parts: [FilterSet.Part]
  private var walkers: [PathWalker]
  private var scratch = ByteSink()
  private var meter = WorkMeter()

  /// What a value takes beside its bytes.
  private static let stepsPerValue = 128

  public init(_ filters: FilterSet) {
    parts = filters.parts
    walkers = filters.tries.map { PathWalker($0) }
  }

  /// Whether `where` leaves the record out.
  /// - Throws: when the task is cancelled.
  public func leavesOut(_ record: FilterValues) throws(CancellationError) -> Bool {
    for walker in walkers.indices { walkers[walker].isDone = false }
    do {
      for part in parts {
        var values = try values(of: part, in: record)
        while let value = try values.next(in: walkers) {
          try meter.spend(Self.stepsPerValue)
          if try part.condition.verdict(on: value, scratch: &scratch, meter: &meter) == .broken { return true }
        }
      }
      return false
    } catch let error as CancellationError {
      throw error
    } catch {
      // What is damaged cannot be judged: whoever encodes it refuses it.
      return false
    }
  }

  private func values(of part: FilterSet.Part, in record: FilterValues) throws -> OperandValues {
    let found = record.values[part.place]
    let bytes = record.texts.bytes(of: found.token)
    if !part.isOfJSON, let column = part.column, let range = found.field {
      let field = UnsafeRawBufferPointer(rebasing: record.fields[range])
      guard column.isArray else { return Value(column.scalar, field: field).map { .one($0) } ?? .none }
      guard let array = ArrayField(column.scalar, field: field) else { return .none }
      return part.walk == nil ? .one(.elements(array)) : .elements(array)
    }
    guard let walk = part.walk else { return .one(Value(found.token, bytes, ordinal: record.ordinal)) }
    guard found.token.kind == .object || found.token.kind == .array else { return .one(.missing) }
    if !walkers[walk.walker].isDone {
      try meter.spend(bytes.count)
      guard try walkers[walk.walker].walk(bytes, scratch: &scratch) else { return .none }
    }
    return .hits(walker: walk.walker, next: walkers[walk.walker].first(walk.path))
  }
}

extension Value {
  /// What was found in a record.
  fileprivate init(_ token: Token, _ bytes: UnsafeRawBufferPointer, ordinal: Int64) {
    switch token.kind {
    case .missing: self = .missing
    case .null: self = .null
    case .true: self = .bool(true)
    case .false: self = .bool(false)
    case .string: self = token.isEscaped ? .escapedText(bytes) : .text(bytes)
    case .number, .object, .array: self.init(json: bytes)
    case .ordinal: self = .integer(ordinal)
    }
  }
}
