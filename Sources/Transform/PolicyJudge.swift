internal import JSONStream
internal import PipelineSpec
internal import Records
internal import Scalars

/// Decides what becomes of a record that the tokenizer flagged.
struct PolicyJudge {
  let policies: Policies
  /// What it takes to look at a value for its pointer.
  private static let stepsPerValue = 1024

  enum Verdict {
    /// The text is fine for PostgreSQL as the policies see it.
    case keep
    case rewrite
    /// It is set aside: which policy says so, and whether it asked for that or for an error.
    case refuse(code: String, finding: ValueFindings, isByPolicy: Bool)
  }

  func judge(_ flags: ValueFindings) -> Verdict {
    if flags.contains(.nul), let refusal = refusal(policies.nul, "nul", .nul) { return refusal }
    if flags.contains(.surrogate), let refusal = refusal(policies.surrogates, "surrogate", .surrogate) {
      return refusal
    }
    if flags.contains(.duplicateKey) {
      switch policies.duplicateKeys {
      case .error: return .refuse(code: "duplicateKey", finding: .duplicateKey, isByPolicy: false)
      case .reject: return .refuse(code: "duplicateKey", finding: .duplicateKey, isByPolicy: true)
      case .first, .last: break
      }
    }
    return flags.isDisjoint(with: [.nul, .surrogate, .duplicateKey]) ? .keep : .rewrite
  }

  private func refusal(_ policy: Policies.Text, _ code: String, _ finding: ValueFindings) -> Verdict? {
    switch policy {
    case .error: .refuse(code: code, finding: finding, isByPolicy: false)
    case .reject: .refuse(code: code, finding: finding, isByPolicy: true)
    case .replace, .strip: nil
    }
  }

  /// One sentence for the reject file, with what to set.
  static func reason(_ finding: ValueFindings) -> String {
    switch finding {
    case .nul:
      "a string holds the escape \\u0000, that no text of PostgreSQL can hold; set policies.nul to replace, strip or reject"
    case .surrogate:
      "a string holds half of a surrogate pair; set policies.surrogates to replace, strip or reject"
    default:
      "an object holds a key twice; set policies.duplicateKeys to first, last or reject"
    }
  }

  /// JSON Pointer of the first place in the record that has the finding. Recursion is bounded by the depth limit.
  /// - Throws: when the task is cancelled.
  static func pointer(
    to finding: ValueFindings, in text: IndexedText, at slot: Int, _ meter: inout WorkMeter
  ) throws(CancellationError) -> String? {
    try meter.spend(stepsPerValue)
    switch text.bytes[Int(text.index[slot] & placeMask)] {
    case UInt8(ascii: "{"): return try pointer(to: finding, inMembersOf: slot, text, &meter)
    case UInt8(ascii: "["):
      let end = Int(text.links[slot])
      var element = slot + 1
      var place = 0
      while element < end {
        if let below = try pointer(to: finding, in: text, at: element, &meter) { return "/\(place)" + below }
        element = text.slot(afterValueAt: element) + 1
        place += 1
      }
      return nil
    case UInt8(ascii: "\""): return has(finding, text, slot) ? "" : nil
    default: return nil
    }
  }

  private static func pointer(
    to finding: ValueFindings, inMembersOf object: Int, _ text: IndexedText, _ meter: inout WorkMeter
  ) throws(CancellationError) -> String? {
    let end = Int(text.links[object])
    var keys: Set<String> = []
    var slot = object + 1
    while slot < end {
      let key = text.decodedString(at: slot)
      let step = JSONPointer(tokens: [key]).description
      if finding == .duplicateKey, !keys.insert(key).inserted { return step }
      if has(finding, text, slot) { return step }
      if let below = try pointer(to: finding, in: text, at: slot + 3, &meter) { return step + below }
      slot = text.slot(afterValueAt: slot + 3) + 1
    }
    return nil
  }

  private static func has(_ finding: ValueFindings, _ text: IndexedText, _ slot: Int) -> Bool {
    guard text.index[slot] & escapedBit != 0 else { return false }
    let string = UnsafeRawBufferPointer(rebasing: text.bytes[text.string(at: slot)])
    return (try? JSONString.findings(in: string).contains(finding)) ?? false
  }
}
