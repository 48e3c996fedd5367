internal import JSONStream
public import PipelineSpec
public import Records

/// The keys of the first records, one of which may be meant by a pointer that finds nothing.
public struct RecordSample: Sendable {
  /// Of every object in them, each once, in the order in which they were met; of an array those of its first element.
  public private(set) var pointers: [JSONPointer] = []
  public private(set) var first: First?

  /// The first record.
  public struct First: Sendable {
    public var ordinal: Int64
    public var kind: TokenKind
    /// Its own keys.
    public var keys: [JSONPointer]
    /// The arrays in it.
    public var arrays: [JSONPointer]
  }

  private var known: Set<JSONPointer> = []
  private var records = 0
  /// Values that may still be looked at.
  private var left = 0

  private static let mostRecords = 10
  private static let mostValues = 2000
  private static let mostSteps = 8
  private static let longestKey = 200

  /// Whether another record is wanted.
  var isOpen: Bool { records < Self.mostRecords }

  mutating func take(_ text: IndexedText, at slot: Int, ordinal: Int64) {
    records += 1
    left = Self.mostValues
    var arrays: [JSONPointer] = []
    let before = pointers.count
    look(text, slot, .root, &arrays)
    guard first == nil else { return }
    first = First(
      ordinal: ordinal, kind: text.token(at: slot, .chunk).kind,
      keys: pointers[before...].filter { $0.tokens.count == 1 }, arrays: arrays.filter { $0 != .root })
  }

  /// Recursion is bounded by the number of steps.
  private mutating func look(_ text: IndexedText, _ slot: Int, _ place: JSONPointer, _ arrays: inout [JSONPointer]) {
    guard left > 0, place.tokens.count < Self.mostSteps else { return }
    left -= 1
    switch text.bytes[Int(text.index[slot] & placeMask)] {
    case UInt8(ascii: "{"): lookAtMembers(text, slot, place, &arrays)
    case UInt8(ascii: "["):
      arrays.append(place)
      if slot + 1 < Int(text.links[slot]) { look(text, slot + 1, place.appending("0"), &arrays) }
    default: break
    }
  }

  private mutating func lookAtMembers(
    _ text: IndexedText, _ object: Int, _ place: JSONPointer, _ arrays: inout [JSONPointer]
  ) {
    let end = Int(text.links[object])
    var slot = object + 1
    while slot < end, left > 0 {
      if text.string(at: slot).count <= Self.longestKey {
        let member = place.appending(text.decodedString(at: slot))
        if known.insert(member).inserted { pointers.append(member) }
        look(text, slot + 3, member, &arrays)
      }
      left -= 1
      slot = text.slot(afterValueAt: slot + 3) + 1
    }
  }
}
