import Records
import Scalars

/// What a rule sees of one value: a view of the row's bytes, brought to the few kinds that conditions tell apart.
/// Valid as long as the row.
enum Value {
  /// The path leads nowhere.
  case missing
  /// SQL's or JSON's null.
  case null
  case bool(Bool)
  case integer(Int64)
  case decimal(DecimalView)
  /// A float column, or what numeric has beside numbers: NaN and the infinities.
  case float(Double)
  /// A date or timestamp in microseconds since 2000-01-01, or a time of day since midnight.
  case moment(Int64)
  /// UTF-8.
  case text(UnsafeRawBufferPointer)
  /// What stands between the quotes of a JSON string that has escapes.
  case escapedText(UnsafeRawBufferPointer)
  /// A type of which rules only know whether two values are the same: uuid, bytea, interval, inet.
  case opaque(UnsafeRawBufferPointer)
  case elements(ArrayField)
  case jsonArray(UnsafeRawBufferPointer)
  case jsonObject(UnsafeRawBufferPointer)

  var isNull: Bool {
    switch self {
    case .missing, .null: true
    default: false
    }
  }

  /// The string, with its escapes decoded into `scratch` where it has any; nil where the value is no string.
  func string(_ scratch: inout ByteSink) -> UnsafeRawBufferPointer? {
    switch self {
    case .text(let bytes): return bytes
    case .escapedText(let content): return scratch.decode(content)
    default: return nil
    }
  }
}

extension ByteSink {
  /// What a JSON string says, in the place of all that the sink held; nil where it has an escape that JSON does not know.
  mutating func decode(_ string: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer? {
    removeAll()
    append(string)
    let memory = mutableBytes
    guard let start = memory.baseAddress,
      let decoded = JSONString.decode(UnsafeRawBufferPointer(memory), into: start)
    else { return nil }
    truncate(to: decoded.count)
    return bytes
  }
}
