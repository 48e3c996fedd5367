import Platform

/// The header of one entry of a tar stream: ustar, with a pax header before it for what ustar's fields cannot hold.
struct TarHeader {
  enum Kind {
    case file
    case folder
    /// A symbolic link and its target.
    case link([UInt8])
  }

  static let blockSize = 512

  let path: [UInt8]
  let kind: Kind
  let status: FileStatus

  /// What ends a stream.
  static let end = [UInt8](repeating: 0, count: 2 * blockSize)

  /// The zeros that fill the last block of a file of `size` bytes.
  static func padding(after size: Int64) -> [UInt8] {
    let rest = Int(size % Int64(blockSize))
    return rest == 0 ? [] : [UInt8](repeating: 0, count: blockSize - rest)
  }

  /// Whole blocks, ready to be appended.
  var encoded: [UInt8] {
    let records = paxRecords
    let own = block(path: path, type: type, target: target, size: size, time: max(0, status.modified.seconds))
    guard !records.isEmpty else { return own }
    let pax = block(path: Array("PaxHeaders/entry".utf8), type: "x", target: [], size: Int64(records.count), time: 0)
    return pax + records + Self.padding(after: Int64(records.count)) + own
  }

  private var size: Int64 {
    if case .file = kind { status.size } else { 0 }
  }

  private var target: [UInt8] {
    if case .link(let target) = kind { target } else { [] }
  }

  private var type: Unicode.Scalar {
    switch kind {
    case .file: "0"
    case .folder: "5"
    case .link: "2"
    }
  }
}

// MARK: - Fields

extension TarHeader {
  private static let pathSize = 100
  private static let largestSize: Int64 = 0o77_777_777_777
  private static let largestOwner: UInt32 = 0o7_777_777

  private var paxRecords: [UInt8] {
    var records: [UInt8] = []
    func add(_ key: String, _ value: [UInt8]) { records += Self.paxRecord(key, value) }
    if path.count > Self.pathSize { add("path", path) }
    if target.count > Self.pathSize { add("linkpath", target) }
    if size > Self.largestSize { add("size", Array("\(size)".utf8)) }
    if status.owner > Self.largestOwner { add("uid", Array("\(status.owner)".utf8)) }
    if status.group > Self.largestOwner { add("gid", Array("\(status.group)".utf8)) }
    if !(0...Self.largestSize).contains(status.modified.seconds) || status.modified.nanoseconds != 0 {
      add("mtime", Array(Self.decimal(status.modified.seconds, nanoseconds: status.modified.nanoseconds).utf8))
    }
    return records
  }

  /// `seconds` with `nanoseconds` on top of it, which brings a negative time nearer to zero: -9 and a half is -8.5.
  static func decimal(_ seconds: Int64, nanoseconds: Int64) -> String {
    guard nanoseconds != 0 else { return "\(seconds)" }
    let isNegative = seconds < 0
    let whole = isNegative ? (seconds + 1).magnitude : seconds.magnitude
    let fraction = "\(isNegative ? 1_000_000_000 - nanoseconds : nanoseconds)"
    return "\(isNegative ? "-" : "")\(whole)." + String(repeating: "0", count: 9 - fraction.utf8.count) + fraction
  }

  /// `LENGTH KEY=VALUE\n`, where the length counts its own digits.
  static func paxRecord(_ key: String, _ value: [UInt8]) -> [UInt8] {
    let rest = Array(" \(key)=".utf8) + value + [UInt8(ascii: "\n")]
    var length = rest.count
    while "\(length)".utf8.count + rest.count != length { length = "\(length)".utf8.count + rest.count }
    return Array("\(length)".utf8) + rest
  }

  private func block(
    path: [UInt8], type: Unicode.Scalar, target: [UInt8], size: Int64, time: Int64
  ) -> [UInt8] {
    var block = [UInt8](repeating: 0, count: Self.blockSize)
    func put(_ bytes: some Sequence<UInt8>, at place: Int) {
      for (index, byte) in bytes.enumerated() { block[place + index] = byte }
    }
    /// Octal digits that fill the field but for its closing zero; what does not fit stands in the pax header.
    func put(octal value: some BinaryInteger, at place: Int, width: Int) {
      let digits = String(value, radix: 8)
      let fits = digits.utf8.count < width ? digits : "0"
      put((String(repeating: "0", count: width - 1 - fits.utf8.count) + fits).utf8, at: place)
    }
    put(path.prefix(Self.pathSize), at: 0)
    put(octal: status.permissions, at: 100, width: 8)
    put(octal: status.owner, at: 108, width: 8)
    put(octal: status.group, at: 116, width: 8)
    put(octal: size, at: 124, width: 12)
    put(octal: time, at: 136, width: 12)
    put("        ".utf8, at: 148)
    put(String(type).utf8, at: 156)
    put(target.prefix(Self.pathSize), at: 157)
    put("ustar\0".utf8, at: 257)
    put("00".utf8, at: 263)
    put(octal: 0, at: 329, width: 8)
    put(octal: 0, at: 337, width: 8)
    // The sum of all bytes, its own field taken as blanks: six digits, a zero, a blank.
    put(octal: block.reduce(0) { $0 + Int($1) }, at: 148, width: 7)
    block[154] = 0
    return block
  }
}
