internal import JSONStream
internal import PipelineSpec
internal import Records
internal import Scalars

/// Writes a record anew where a policy asks for another text than the source has. Only records that the tokenizer
/// flagged come here.
///
/// Recursion is bounded by the depth limit that the record was checked against.
struct RecordRewriter {
  let policies: Policies
  private(set) var output: [UInt8] = []
  /// Escapes replaced or left out, members dropped.
  private(set) var changes = 0
  /// Members left out because their key was there already.
  private(set) var dropped = 0

  private var meter = WorkMeter()
  /// What a value takes beside its bytes.
  private static let stepsPerValue = 256

  init(policies: Policies) { self.policies = policies }

  /// The record whose first entry is `slot`, as the policies want it.
  /// - Throws: when the task is cancelled.
  mutating func rewrite(_ text: IndexedText, at slot: Int) throws(CancellationError) -> [UInt8] {
    output.removeAll(keepingCapacity: true)
    changes = 0
    dropped = 0
    try value(text, slot)
    return output
  }

  private mutating func value(_ text: IndexedText, _ slot: Int) throws(CancellationError) {
    try meter.spend(Self.stepsPerValue)
    switch text.bytes[Int(text.index[slot] & placeMask)] {
    case UInt8(ascii: "{"): try object(text, slot)
    case UInt8(ascii: "["): try array(text, slot)
    case UInt8(ascii: "\""): string(text, slot)
    default:
      let token = text.token(at: slot, .chunk)
      output += text.bytes[Int(token.start)..<Int(token.end)]
    }
  }

  private mutating func array(_ text: IndexedText, _ array: Int) throws(CancellationError) {
    output.append(UInt8(ascii: "["))
    let end = Int(text.links[array])
    var slot = array + 1
    while slot < end {
      if slot > array + 1 { output.append(UInt8(ascii: ",")) }
      try value(text, slot)
      slot = text.slot(afterValueAt: slot) + 1
    }
    output.append(UInt8(ascii: "]"))
  }

  private mutating func object(_ text: IndexedText, _ object: Int) throws(CancellationError) {
    output.append(UInt8(ascii: "{"))
    let members = try kept(text, object)
    for (i, slot) in members.enumerated() {
      if i > 0 { output.append(UInt8(ascii: ",")) }
      string(text, slot)
      output.append(UInt8(ascii: ":"))
      try value(text, slot + 3)
    }
    output.append(UInt8(ascii: "}"))
  }

  /// The entries of the keys of those members that stay. Keys are compared as they will be written: leaving an escape
  /// out can make two equal.
  private mutating func kept(_ text: IndexedText, _ object: Int) throws(CancellationError) -> [Int] {
    var members: [(slot: Int, key: [UInt8])] = []
    var places: [[UInt8]: Int] = [:]
    let end = Int(text.links[object])
    var slot = object + 1
    while slot < end {
      try meter.spend(Self.stepsPerValue)
      let key = cleaned(text, slot).withUnsafeBytes { JSONString.decoded($0) }
      if let place = places[key] {
        changes += 1
        dropped += 1
        if policies.duplicateKeys == .last { members[place].slot = slot }
      } else {
        places[key] = members.count
        members.append((slot, key))
      }
      slot = text.slot(afterValueAt: slot + 3) + 1
    }
    return members.map(\.slot)
  }

  private mutating func string(_ text: IndexedText, _ slot: Int) {
    output.append(UInt8(ascii: "\""))
    let before = text.string(at: slot).count
    let clean = cleaned(text, slot)
    if clean.count != before { changes += 1 }
    output += clean
    output.append(UInt8(ascii: "\""))
  }

  /// The string without its quotes, other escapes as they were written.
  private func cleaned(_ text: IndexedText, _ slot: Int) -> [UInt8] {
    let raw = UnsafeRawBufferPointer(rebasing: text.bytes[text.string(at: slot)])
    guard text.index[slot] & escapedBit != 0 else { return Array(raw) }
    var clean: [UInt8] = []
    clean.reserveCapacity(raw.count)
    var place = 0
    while place < raw.count {
      let start = place
      guard raw[place] == UInt8(ascii: "\\"), let scalar = JSONEscape.read(raw, at: &place) else {
        clean.append(raw[place])
        place += 1
        continue
      }
      let policy: Policies.Text? =
        scalar == 0 ? policies.nul : JSONEscape.isSurrogate(scalar) ? policies.surrogates : nil
      switch policy {
      case .strip?: break
      case .replace?: clean += [0xEF, 0xBF, 0xBD]
      case .error?, .reject?, nil: clean += raw[start..<place]
      }
    }
    return clean
  }
}
