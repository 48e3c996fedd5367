/// Tells UTF-16 and UTF-32 by the zero bytes that they have among the first four.
enum ForeignEncoding {
  /// The name of an encoding other than UTF-8 that the first bytes show.
  static func name(of bytes: UnsafeRawBufferPointer) -> String? {
    guard bytes.count >= 2 else { return nil }
    let first = (bytes[0], bytes[1], bytes.count > 2 ? bytes[2] : 1, bytes.count > 3 ? bytes[3] : 1)
    switch first {
    case (0xFF, 0xFE, 0, 0): return "UTF-32LE"
    case (0, 0, 0xFE, 0xFF): return "UTF-32BE"
    case (0xFF, 0xFE, _, _): return "UTF-16LE"
    case (0xFE, 0xFF, _, _): return "UTF-16BE"
    case (0, 0, 0, 1...): return "UTF-32BE"
    case (1..., 0, 0, 0): return "UTF-32LE"
    case (0, 1..., _, _): return "UTF-16BE"
    case (1..., 0, _, _): return "UTF-16LE"
    default: return nil
    }
  }
}
