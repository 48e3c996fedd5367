/// The scalar types of PostgreSQL that Sluice encodes and proves. The raw values are the names in a pipeline file.
public enum ScalarType: String, Sendable, CaseIterable, Codable {
  case bool, int2, int4, int8, float4, float8, numeric, text, uuid, bytea
  case date, time, timestamp, timestamptz, interval, inet, json, jsonb

  public var traits: ScalarTraits {
    switch self {
    case .bool: ScalarTraits(16, "boolean", seenAs: .bool, accepts: "true or false")
    case .int2:
      ScalarTraits(
        21, "smallint", seenAs: .number, accepts: "an integer from -32768 to 32767, or a string that is one")
    case .int4:
      ScalarTraits(
        23, "integer", seenAs: .number, accepts: "an integer from -2147483648 to 2147483647, or a string that is one")
    case .int8:
      ScalarTraits(
        20, "bigint", seenAs: .number,
        accepts: "an integer from -9223372036854775808 to 9223372036854775807, or a string that is one")
    case .float4: ScalarTraits(700, "real", seenAs: .number, accepts: "a number, or a string that is one")
    case .float8: ScalarTraits(701, "double precision", seenAs: .number, accepts: "a number, or a string that is one")
    case .numeric:
      ScalarTraits(
        1700, "numeric", or: ["decimal"], modifier: .decimal, seenAs: .number,
        accepts: "a number that the column holds without rounding, or a string that is one")
    case .text:
      ScalarTraits(
        25, alike: [1042, 1043], "text", or: ["varchar", "character varying"], modifier: .length, seenAs: .text,
        accepts: "a string")
    case .uuid:
      ScalarTraits(
        2950, "uuid", seenAs: .uuid,
        accepts: "a string of 32 hexadecimal digits, with hyphens at 8-4-4-4-12 or without")
    case .bytea:
      ScalarTraits(
        17, "bytea", seenAs: .bytes,
        accepts:
          "a string of \\x and pairs of hexadecimal digits; for others set encoding: hex or encoding: base64",
        takesEncoding: true)
    case .date:
      ScalarTraits(
        1082, "date", seenAs: .date,
        accepts: "a string YYYY-MM-DD of the years 0001 to 9999, infinity or -infinity")
    case .time:
      ScalarTraits(
        1083, "time without time zone", modifier: .fraction, seenAs: .time,
        accepts: "a string HH:MM, HH:MM:SS or HH:MM:SS.ffffff")
    case .timestamp:
      ScalarTraits(
        1114, "timestamp without time zone", modifier: .fraction, seenAs: .timestamp,
        accepts: "a string YYYY-MM-DDTHH:MM:SS.ffffff without a zone, infinity or -infinity")
    case .timestamptz:
      ScalarTraits(
        1184, "timestamp with time zone", modifier: .fraction, seenAs: .timestamptz,
        accepts: "a string YYYY-MM-DDTHH:MM:SS.ffffff with Z or ±HH:MM, infinity or -infinity", takesZone: true)
    case .interval:
      ScalarTraits(
        1186, "interval", modifier: .interval, seenAs: .opaque,
        accepts: "a string that is an ISO 8601 duration, P1Y2M3DT4H5M6.000007S")
    case .inet:
      ScalarTraits(
        869, "inet", seenAs: .opaque, accepts: "a string that is an IPv4 or IPv6 address, with or without a /prefix")
    case .json: ScalarTraits(114, "json", seenAs: .json, accepts: "any value")
    case .jsonb:
      ScalarTraits(
        3802, "jsonb", seenAs: .json,
        accepts: "any value whose numbers have at most 131072 digits before and 16383 after the point")
    }
  }
}
