public import Records

/// PostgreSQL's built-in types, by the object identifiers that never change.
public enum TypeCatalogue {
  /// What a type of the catalogue, with domains and arrays resolved, is encoded as.
  static func scalar(oid: UInt32, name: String, isEnum: Bool, modifier: Int32) -> ScalarType? {
    if isEnum { return .text }
    switch oid {
    case 16: return .bool
    case 21: return .int2
    case 23: return .int4
    case 20: return .int8
    case 700: return .float4
    case 701: return .float8
    case 1700: return .numeric
    case 25, 1043, 1042: return .text
    case 2950: return .uuid
    case 17: return .bytea
    case 1082: return .date
    case 1083: return .time
    case 1114: return .timestamp
    case 1184: return .timestamptz
    // `interval year to month` and its like cut values off; no limit of ours says that.
    case 1186: return modifier >= 0 && modifier >> 16 & 0x7FFF != 0x7FFF ? nil : .interval
    case 869: return .inet
    case 114: return .json
    case 3802: return .jsonb
    // An extension's, with text's own binary form
    default: return name == "citext" ? .text : nil
    }
  }

  /// The type that a scalar's own name means.
  public static func oid(of scalar: ScalarType) -> UInt32 {
    switch scalar {
    case .bool: 16
    case .int2: 21
    case .int4: 23
    case .int8: 20
    case .float4: 700
    case .float8: 701
    case .numeric: 1700
    case .text: 25
    case .uuid: 2950
    case .bytea: 17
    case .date: 1082
    case .time: 1083
    case .timestamp: 1114
    case .timestamptz: 1184
    case .interval: 1186
    case .inet: 869
    case .json: 114
    case .jsonb: 3802
    }
  }

  /// What `format_type` calls it.
  public static func name(of scalar: ScalarType) -> String {
    switch scalar {
    case .bool: "boolean"
    case .int2: "smallint"
    case .int4: "integer"
    case .int8: "bigint"
    case .float4: "real"
    case .float8: "double precision"
    case .time: "time without time zone"
    case .timestamp: "timestamp without time zone"
    case .timestamptz: "timestamp with time zone"
    default: scalar.rawValue
    }
  }

  /// What the type's modifier allows.
  static func limit(oid: UInt32, modifier: Int32) -> ColumnLayout.Limit {
    guard modifier >= 0 else { return .none }
    switch oid {
    case 1042, 1043:
      return .characters(Int(modifier) - 4)
    case 1700:
      let packed = modifier - 4
      // Eleven bits with a sign: numeric(3,-2) is a type since version 15.
      let scale = (packed & 0x7FF ^ 1024) - 1024
      return .decimal(precision: Int(packed >> 16 & 0xFFFF), scale: Int(scale))
    case 1083, 1114, 1184:
      return .fraction(Int(modifier))
    case 1186 where modifier & 0xFFFF != 0xFFFF:
      return .fraction(Int(modifier & 0xFFFF))
    default:
      return .none
    }
  }
}
