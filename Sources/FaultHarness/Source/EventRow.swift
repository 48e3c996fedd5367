/// One record of the harness: what stands in the source, and what PostgreSQL has to print for its row. Both come from the
/// number and the seed alone, and share nothing with the program under test.
struct EventRow {
  var id: Int
  /// As it is, before JSON or COPY escape it.
  var name: String
  /// A number's digits, trailing zeros and all.
  var amount: String
  var flag: Bool
  var padding: String

  static let names = [
    "Ada", "tab\there", "back\\slash", "quote\"s", "line\nfeed", "Ünï 日本 🙂", "\\N", "\\.", "", "null",
  ]

  init(_ id: Int, seed: UInt64, padding length: Int = 600) {
    self.id = id
    var random = SplitMix64(seed: seed ^ SplitMix64.mix(UInt64(bitPattern: Int64(id))))
    let bits = random.next()
    name = EventRow.names[Int(bits % UInt64(EventRow.names.count))] + (bits & 1 << 40 == 0 ? "" : " \(id)")
    amount = "\(bits >> 12 & 0xFFFF).\(bits >> 28 & 7)0"
    flag = bits & 1 << 50 == 0
    padding = ""
    while padding.utf8.count < length { padding += String(random.next(), radix: 16) }
  }

  /// The record in the source.
  var json: String {
    "{\"id\": \(id), \"name\": \"\(EventRow.json(name))\", \"amount\": \(amount), \"flag\": \(flag),"
      + " \"data\": {\"n\": \(id), \"pad\": \"\(padding)\"}}"
  }

  /// The line that `COPY … TO STDOUT` prints for the row.
  var copyLine: String {
    "\(id)\t\(EventRow.copy(name))\t\(amount)\t\(flag ? "t" : "f")\t{\"n\": \(id), \"pad\": \"\(padding)\"}\n"
  }

  /// The row as a list of SQL constants.
  var values: String {
    "(\(id), E'\(EventRow.copy(name).replacing("'", with: "''"))', \(amount), \(flag), "
      + "'{\"n\": \(id), \"pad\": \"\(padding)\"}')"
  }

  private static func json(_ text: String) -> String {
    text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
      .replacing("\t", with: "\\t")
  }

  private static func copy(_ text: String) -> String {
    text.replacing("\\", with: "\\\\").replacing("\n", with: "\\n").replacing("\t", with: "\\t")
  }
}

/// FNV-1a over a line, mixed: what rows are compared by.
func fingerprint(_ bytes: some Sequence<UInt8>) -> UInt64 {
  var hash: UInt64 = 0xCBF2_9CE4_8422_2325
  for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x0100_0000_01B3 }
  return SplitMix64.mix(hash)
}
