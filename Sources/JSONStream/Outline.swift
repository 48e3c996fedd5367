internal import Scalars

/// Follows a document from bracket to bracket outside the array of records: looks for that array by structure, checks
/// the grammar of what is skipped, and remembers which other arrays there are.
struct Outline {
  private let path: [String]
  private let depthLimit: Int
  private var levels: [Level] = []
  private var expected = Expected.value
  /// How many steps of the path the value that comes next would have taken; nil: it is off the path.
  private var steps: Int? = 0
  private var key: String?
  /// Bytes dropped before the text.
  private var base: Int64 = 0
  private var isFound = false
  private var found: [FoundArray] = []
  private var trace: PointerTrace

  private static let foundLimit = 32
  private static let foundDepth = 4

  private enum Expected { case value, firstKey, key, colon, firstElement, afterValue, end }

  private struct Level {
    var isObject: Bool
    /// Steps of the path that lead to this container; nil: off the path.
    var steps: Int?
    var elements = 0
    var start: Int64
    /// Its place as a pointer, as long as only keys lead there and it is not deep.
    var pointer: String?
  }

  enum Advance {
    /// The array of records was entered; the entry at `slot` is its first element or end.
    case target
    case more
    case end
  }

  init(path: [String], depthLimit: Int) {
    self.path = path
    self.depthLimit = depthLimit
    trace = PointerTrace(path: path)
  }

  mutating func rebase(bytes: Int) { base += Int64(bytes) }

  /// The array of records has ended before byte `end` of the text.
  mutating func leaveTarget(elements: Int64, end: Int) {
    levels.removeLast()
    expected = levels.isEmpty ? .end : .afterValue
  }

  /// Goes on at entry `slot` until the array of records, the end of the text or the end of the document.
  mutating func advance(_ text: IndexedText, _ slot: inout Int) throws(JSONFault) -> Advance {
    while slot < text.index.count {
      let entry = text.index[slot]
      let place = Int(entry & placeMask)
      let byte = text.bytes[place]
      switch expected {
      case .value:
        guard let after = try value(text, slot, byte, place) else { return .more }
        slot = after
        if expected == .firstElement, levels.last?.steps == path.count, levels.count > 0 {
          guard !isFound else { throw JSONFault(.ambiguous, at: place) }
          isFound = true
          return .target
        }
      case .firstElement:
        if byte == UInt8(ascii: "]") {
          leave(place)
          slot += 1
        } else {
          beginElement()
        }
      case .firstKey, .key:
        if byte == UInt8(ascii: "}"), expected == .firstKey {
          leave(place)
          slot += 1
          continue
        }
        guard byte == UInt8(ascii: "\"") else {
          throw JSONFault(.expectedKey(isFirst: expected == .firstKey), at: place)
        }
        guard slot + 1 < text.index.count else { return try needMore(text) }
        try beginMember(text, slot)
        slot += 2
        expected = .colon
      case .colon:
        guard byte == UInt8(ascii: ":") else { throw JSONFault(.expectedColon, at: place) }
        slot += 1
        expected = .value
      case .afterValue:
        try separate(byte, place)
        slot += 1
      case .end:
        throw JSONFault(.trailing, at: place)
      }
    }
    if expected == .end {
      guard text.isFinal else { return .more }
      guard isFound else { throw JSONFault(.noArray(trace.end, found: found), at: 0 - Int(base)) }
      return .end
    }
    return try needMore(text)
  }

  private func needMore(_ text: IndexedText) throws(JSONFault) -> Advance {
    guard text.isFinal else { return .more }
    throw JSONFault(.truncated(levels.last?.isObject == false ? "an array" : "an object"), at: text.bytes.count)
  }

  /// Takes a scalar whole, a container's opening bracket; nil: the scalar goes on behind the text.
  private mutating func value(
    _ text: IndexedText, _ slot: Int, _ byte: UInt8, _ place: Int
  ) throws(JSONFault) -> Int? {
    switch byte {
    case UInt8(ascii: "{"), UInt8(ascii: "["):
      guard levels.count < depthLimit else { throw JSONFault(.tooDeep(limit: depthLimit), at: place) }
      enter(isObject: byte == UInt8(ascii: "{"), place)
      return slot + 1
    case UInt8(ascii: "\""):
      guard slot + 1 < text.index.count else {
        _ = try needMore(text)
        return nil
      }
      try checkEscapes(text, slot)
      if let steps { trace.reach(steps, .scalar("a string")) }
      endValue()
      return slot + 2
    default:
      guard let bytes = text.bytes.baseAddress else { return nil }
      var isLong = false
      switch endOfScalar(bytes.assumingMemoryBound(to: UInt8.self), place, text, isLong: &isLong) {
      case .end: break
      case .incomplete: return nil
      case .invalid(let fault): throw fault
      }
      if let steps { trace.reach(steps, .scalar(Self.kind(byte))) }
      endValue()
      return slot + 1
    }
  }

  private static func kind(_ byte: UInt8) -> String {
    switch byte {
    case UInt8(ascii: "n"): "null"
    case UInt8(ascii: "t"), UInt8(ascii: "f"): "a boolean"
    default: "a number"
    }
  }

  private mutating func enter(isObject: Bool, _ place: Int) {
    if let steps { trace.reach(steps, isObject ? .object : .array) }
    var pointer: String?
    if let parent = levels.last {
      if let above = parent.pointer, let key, parent.isObject { pointer = above + "/" + key }
    } else {
      pointer = ""
    }
    if levels.count >= Self.foundDepth { pointer = nil }
    levels.append(Level(isObject: isObject, steps: steps, start: base + Int64(place), pointer: pointer))
    expected = isObject ? .firstKey : .firstElement
  }

  private mutating func leave(_ place: Int) {
    let level = levels.removeLast()
    if !level.isObject, let pointer = level.pointer, found.count < Self.foundLimit {
      found.append(
        FoundArray(path: pointer, elements: level.elements, bytes: base + Int64(place) + 1 - level.start))
    }
    endValue()
  }

  private mutating func endValue() {
    expected = levels.isEmpty ? .end : .afterValue
    steps = nil
  }

  private mutating func separate(_ byte: UInt8, _ place: Int) throws(JSONFault) {
    let isObject = levels[levels.count - 1].isObject
    switch byte {
    case UInt8(ascii: ","):
      if isObject { expected = .key } else { beginElement() }
    case isObject ? UInt8(ascii: "}") : UInt8(ascii: "]"): leave(place)
    default: throw JSONFault(.expectedSeparator(inObject: isObject), at: place)
    }
  }

  private mutating func beginElement() {
    let level = levels.count - 1
    steps = nil
    if let taken = levels[level].steps { trace.pass(taken) }
    if let taken = levels[level].steps, taken < path.count, path[taken] == String(levels[level].elements) {
      steps = taken + 1
    }
    levels[level].elements += 1
    expected = .value
  }

  private mutating func beginMember(_ text: IndexedText, _ slot: Int) throws(JSONFault) {
    try checkEscapes(text, slot)
    let level = levels[levels.count - 1]
    steps = nil
    key = nil
    guard level.steps != nil || level.pointer != nil && found.count < Self.foundLimit else { return }
    let name = text.decodedString(at: slot)
    if let taken = level.steps { trace.pass(taken, key: name) }
    key = name.replacing("~", with: "~0").replacing("/", with: "~1")
    if let taken = level.steps, taken < path.count, path[taken] == name { steps = taken + 1 }
  }

  private func checkEscapes(_ text: IndexedText, _ slot: Int) throws(JSONFault) {
    guard text.index[slot] & escapedBit != 0 else { return }
    _ = try text.findings(inString: text.string(at: slot))
  }
}

extension IndexedText {
  /// The string whose opening quote is entry `slot`, decoded. For names, not for data: what is no UTF-8 is repaired.
  public func decodedString(at slot: Int) -> String {
    let raw = UnsafeRawBufferPointer(rebasing: bytes[string(at: slot)])
    guard index[slot] & escapedBit != 0 else { return String(decoding: raw, as: UTF8.self) }
    return String(decoding: JSONString.decoded(raw), as: UTF8.self)
  }
}
