/// A text to be scanned, its index and its links, in one block of memory. A view without ownership.
public struct ScanMemory {
  /// The scanner reads blocks of this many bytes.
  static let step = 64
  /// Room behind a text: for what its last step lacks, and for a step of spaces. An index has as much.
  public static let padding = 2 * step

  /// Room for the text, and for its padding behind it.
  public let text: UnsafeMutableRawBufferPointer
  /// Room for an entry of each byte.
  public let index: UnsafeMutableBufferPointer<UInt32>
  /// As long as `index`.
  public let links: UnsafeMutableBufferPointer<UInt32>

  /// - Parameter memory: `size(ofText:)` bytes at least, of any content.
  public init(_ memory: UnsafeMutableRawBufferPointer, ofText bytes: Int) {
    let room = Self.room(bytes)
    let part = room * MemoryLayout<UInt32>.size
    text = UnsafeMutableRawBufferPointer(rebasing: memory[..<room])
    index = UnsafeMutableRawBufferPointer(rebasing: memory[room..<room + part]).bindMemory(to: UInt32.self)
    links = UnsafeMutableRawBufferPointer(rebasing: memory[room + part..<room + 2 * part]).bindMemory(to: UInt32.self)
  }

  /// Writes spaces behind a text of `bytes`, as far as they are looked at.
  public func fillPadding(from bytes: Int) {
    UnsafeMutableRawBufferPointer(rebasing: text[bytes..<min(bytes + Self.padding, text.count)])
      .initializeMemory(as: UInt8.self, repeating: 0x20)
  }

  /// What a text of `bytes` takes with its index and links.
  public static func size(ofText bytes: Int) -> Int { room(bytes) * (1 + 2 * MemoryLayout<UInt32>.size) }

  /// `bytes` in whole steps of the scanner.
  public static func scanned(_ bytes: Int) -> Int { (bytes + step - 1) / step * step }

  private static func room(_ bytes: Int) -> Int { scanned(bytes) + padding }
}
