/// A direction of a PostgreSQL session, cut into its messages: bytes in, whole messages out.
///
/// The first messages of a client have no type byte; the answer to its request for encryption is one byte.
struct MessageFramer {
  struct Message {
    /// 0 for what has no type.
    var type: UInt8
    /// All of it, with type and length.
    var bytes: ArraySlice<UInt8>

    /// What follows the length.
    var body: ArraySlice<UInt8> { bytes.dropFirst(type == 0 ? 4 : 5) }
  }

  enum Requests { static let encryption: Set<UInt32> = [80_877_103, 80_877_104] }

  private var buffer: ArraySlice<UInt8> = []
  private var isStarting: Bool
  /// Answers of one byte that are still to come.
  private var singleBytes = 0

  static var client: MessageFramer { MessageFramer(isStarting: true) }
  static var server: MessageFramer { MessageFramer(isStarting: false) }

  private init(isStarting: Bool) { self.isStarting = isStarting }

  /// The server answers with one byte next.
  mutating func expectSingleByte() { singleBytes += 1 }

  mutating func append(_ bytes: some Sequence<UInt8>) { buffer = ArraySlice(Array(buffer) + bytes) }

  /// The next whole message; nil until more bytes came.
  mutating func next() -> Message? {
    if singleBytes > 0 {
      guard let byte = buffer.first else { return nil }
      singleBytes -= 1
      return take(1, type: byte)
    }
    let head = isStarting ? 0 : 1
    guard buffer.count >= head + 4 else { return nil }
    let length = Int(number(at: head))
    guard length >= 4, buffer.count >= head + length else { return nil }
    if isStarting {
      // A request is followed by another first message.
      isStarting = length == 8 && Requests.encryption.contains(number(at: 4))
      return take(length, type: 0)
    }
    return take(head + length, type: buffer[buffer.startIndex])
  }

  private mutating func take(_ count: Int, type: UInt8) -> Message {
    defer { buffer = buffer.dropFirst(count) }
    return Message(type: type, bytes: buffer.prefix(count))
  }

  private func number(at place: Int) -> UInt32 {
    buffer.dropFirst(place).prefix(4).reduce(0) { $0 << 8 | UInt32($1) }
  }
}

extension MessageFramer.Message {
  /// Whether a client asks for encryption.
  var isEncryptionRequest: Bool {
    type == 0 && bytes.count == 8
      && MessageFramer.Requests.encryption.contains(body.reduce(0) { $0 << 8 | UInt32($1) })
  }

  /// Whether a client sends COMMIT: as a simple query, or to be parsed.
  var isCommit: Bool {
    switch type {
    case UInt8(ascii: "Q"): body.elementsEqual("COMMIT\0".utf8)
    case UInt8(ascii: "P"): body.drop { $0 != 0 }.dropFirst().starts(with: "COMMIT\0".utf8)
    default: false
    }
  }

  /// What a server says that it did.
  var commandTag: String? {
    type == UInt8(ascii: "C") ? String(decoding: body.prefix { $0 != 0 }, as: UTF8.self) : nil
  }

  var isError: Bool { type == UInt8(ascii: "E") }
}
