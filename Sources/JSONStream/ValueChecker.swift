public import Scalars

/// Checks one complete value, of any size and depth, against RFC 8259 along its structural index, links its brackets
/// and notices repeated keys. Nothing recurses and nothing is allocated a value.
///
/// A value that is not complete yet is checked again from its start when more has come.
public struct ValueChecker: ~Copyable {
  private let depthLimit: Int
  private let levels: UnsafeMutablePointer<Level>
  private var shapes: ShapeMemory

  /// A container that is open.
  private struct Level {
    /// The entry of its opening bracket.
    var slot: UInt32
    var isObject: Bool
    var keys: UInt32
    /// All its keys so far, in order.
    var shape: UInt64
  }

  public enum Outcome {
    /// The value ends before byte `end`; the entry after it is `next`.
    case complete(next: Int, end: Int, findings: ValueFindings)
    /// It goes on behind the text.
    case incomplete
    case invalid(JSONFault)
  }

  private enum Step { case value, firstKey, key, firstElement, afterValue }

  public init(depthLimit: Int) {
    precondition(depthLimit > 0)
    self.depthLimit = depthLimit
    levels = .allocate(capacity: depthLimit)
    shapes = ShapeMemory()
  }

  deinit { levels.deallocate() }

  /// Checks the value whose first entry is `first`.
  public mutating func check(_ text: IndexedText, from first: Int) -> Outcome {
    guard let memory = text.bytes.baseAddress, let index = text.index.baseAddress, let links = text.links.baseAddress
    else { return .incomplete }
    let bytes = memory.assumingMemoryBound(to: UInt8.self)
    let count = text.index.count
    let keyHash = shapes.keyHash
    var findings: ValueFindings = []
    var depth = 0
    var slot = first
    var end = 0
    var step = Step.value

    while true {
      switch step {
      case .value:
        guard slot < count else { return .incomplete }
        let entry = index[slot]
        let place = Int(entry & placeMask)
        switch bytes[place] {
        case UInt8(ascii: "\""):
          guard slot &+ 1 < count else { return .incomplete }
          end = Int(index[slot &+ 1]) &+ 1
          if entry & escapedBit != 0, let fault = check(text, string: place &+ 1..<end &- 1, &findings) {
            return .invalid(fault)
          }
          slot &+= 2
          step = .afterValue
        case UInt8(ascii: "{"):
          guard depth < depthLimit else { return .invalid(JSONFault(.tooDeep(limit: depthLimit), at: place)) }
          levels[depth] = Level(slot: UInt32(truncatingIfNeeded: slot), isObject: true, keys: 0, shape: 0)
          depth &+= 1
          slot &+= 1
          step = .firstKey
        case UInt8(ascii: "["):
          guard depth < depthLimit else { return .invalid(JSONFault(.tooDeep(limit: depthLimit), at: place)) }
          levels[depth] = Level(slot: UInt32(truncatingIfNeeded: slot), isObject: false, keys: 0, shape: 0)
          depth &+= 1
          slot &+= 1
          step = .firstElement
        default:
          var isLong = false
          switch endOfScalar(bytes, place, text, isLong: &isLong) {
          case .end(let place): end = place
          case .incomplete: return .incomplete
          case .invalid(let fault): return .invalid(fault)
          }
          if isLong { findings.insert(.longNumber) }
          slot &+= 1
          step = .afterValue
        }

      case .firstKey, .key:
        guard slot < count else { return .incomplete }
        let entry = index[slot]
        let place = Int(entry & placeMask)
        guard bytes[place] == UInt8(ascii: "\"") else {
          if step == .firstKey, bytes[place] == UInt8(ascii: "}") {
            step = .afterValue
            depth &-= 1
            links[Int(levels[depth].slot)] = UInt32(truncatingIfNeeded: slot)
            end = place &+ 1
            slot &+= 1
            continue
          }
          return .invalid(JSONFault(.expectedKey(isFirst: step == .firstKey), at: place))
        }
        guard slot &+ 2 < count else { return .incomplete }
        let keyEnd = Int(index[slot &+ 1])
        let colon = Int(index[slot &+ 2] & placeMask)
        guard bytes[colon] == UInt8(ascii: ":") else {
          return .invalid(JSONFault(.expectedColon, at: colon))
        }
        let hash: UInt64
        if entry & escapedBit == 0 {
          hash = keyHash.hash(memory + (place &+ 1), keyEnd &- place &- 1)
        } else {
          if let fault = check(text, string: place &+ 1..<keyEnd, &findings) { return .invalid(fault) }
          hash = shapes.hash(escaped: UnsafeRawBufferPointer(rebasing: text.bytes[place &+ 1..<keyEnd]))
        }
        levels[depth &- 1].shape = keyHash.combine(levels[depth &- 1].shape, hash)
        levels[depth &- 1].keys &+= 1
        slot &+= 3
        step = .value

      case .firstElement:
        guard slot < count else { return .incomplete }
        let place = Int(index[slot] & placeMask)
        if bytes[place] == UInt8(ascii: "]") {
          depth &-= 1
          links[Int(levels[depth].slot)] = UInt32(truncatingIfNeeded: slot)
          end = place &+ 1
          slot &+= 1
          step = .afterValue
        } else {
          step = .value
        }

      case .afterValue:
        if depth == 0 { return .complete(next: slot, end: end, findings: findings) }
        guard slot < count else { return .incomplete }
        let place = Int(index[slot] & placeMask)
        let level = levels[depth &- 1]
        let byte = bytes[place]
        if byte == UInt8(ascii: ",") {
          slot &+= 1
          step = level.isObject ? .key : .value
        } else if byte == (level.isObject ? UInt8(ascii: "}") : UInt8(ascii: "]")) {
          links[Int(level.slot)] = UInt32(truncatingIfNeeded: slot)
          if level.keys > 1, shapes.repeatsKey(level.shape, in: text, object: Int(level.slot)) {
            findings.insert(.duplicateKey)
          }
          depth &-= 1
          end = place &+ 1
          slot &+= 1
        } else {
          return .invalid(JSONFault(.expectedSeparator(inObject: level.isObject), at: place))
        }
      }
    }
  }

  private func check(
    _ text: IndexedText, string range: Range<Int>, _ findings: inout ValueFindings
  ) -> JSONFault? {
    do {
      findings.formUnion(try text.findings(inString: range))
      return nil
    } catch {
      return error
    }
  }
}

extension IndexedText {
  /// What the escapes of the string between two quotes hold that a policy has to know.
  func findings(inString range: Range<Int>) throws(JSONFault) -> ValueFindings {
    do {
      return try JSONString.findings(in: UnsafeRawBufferPointer(rebasing: bytes[range]))
    } catch {
      throw JSONFault(.invalidEscape, at: range.lowerBound + error.offset)
    }
  }
}

enum ScalarEnd {
  case end(Int)
  case incomplete
  case invalid(JSONFault)
}

/// Where the number or literal ends that begins at `place`.
@inline(__always)
func endOfScalar(
  _ bytes: UnsafePointer<UInt8>, _ place: Int, _ text: IndexedText, isLong: inout Bool
) -> ScalarEnd {
  let first = bytes[place]
  let isNumber = ScalarGrammar.isDigit(first) || first == UInt8(ascii: "-")
  let found =
    isNumber ? ScalarGrammar.endOfNumber(bytes, place, isLong: &isLong) : ScalarGrammar.endOfLiteral(bytes, place)
  if let end = found, end < text.bytes.count || text.isFinal && end == text.bytes.count,
    ScalarGrammar.endsScalar(bytes[end])
  {
    return .end(end)
  }
  // Cold from here: wrong, or cut by the end of the text.
  var end = place
  while end < text.bytes.count, !ScalarGrammar.endsScalar(bytes[end]) { end += 1 }
  if end == text.bytes.count, !text.isFinal { return .incomplete }
  switch first {
  case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return .invalid(JSONFault(.invalidNumber, at: place))
  case UInt8(ascii: "]"), UInt8(ascii: "}"), UInt8(ascii: ","), UInt8(ascii: ":"):
    return .invalid(JSONFault(.expected("a value"), at: place))
  default: return .invalid(JSONFault(.invalidLiteral, at: place))
  }
}
