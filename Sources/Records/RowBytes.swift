/// The bytes of encoded rows: a value, copied when it is changed while somebody else holds it too.
public struct RowBytes: Sendable {
  private var memory: Buffer
  public private(set) var count: Int

  public init(_ sink: consuming ByteSink) {
    memory = sink.memory
    count = sink.count
  }

  /// Valid until the next change.
  public var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: memory.bytes[..<count]) }

  /// To be changed in place; valid until the next change.
  public var mutableBytes: UnsafeMutableRawBufferPointer {
    mutating get {
      if !isKnownUniquelyReferenced(&memory) {
        let copy = memory.another(bytes: count)
        copy.bytes.copyMemory(from: bytes)
        memory = copy
      }
      return UnsafeMutableRawBufferPointer(rebasing: memory.bytes[..<count])
    }
  }

  /// Cuts back to the first `length` bytes.
  public mutating func truncate(to length: Int) {
    precondition(length >= 0 && length <= count)
    count = length
  }

  public mutating func append(_ source: UnsafeRawBufferPointer) {
    if !isKnownUniquelyReferenced(&memory) || memory.bytes.count - count < source.count {
      let copy = memory.another(bytes: max(2 * count, count + source.count))
      copy.bytes.copyMemory(from: bytes)
      memory = copy
    }
    UnsafeMutableRawBufferPointer(rebasing: memory.bytes[count...]).copyMemory(from: source)
    count += source.count
  }

  public mutating func append(_ byte: UInt8) { append(bigEndian: byte) }

  /// Appends an integer in network byte order.
  public mutating func append(bigEndian value: some FixedWidthInteger) {
    withUnsafeBytes(of: value.bigEndian) { append($0) }
  }
}
