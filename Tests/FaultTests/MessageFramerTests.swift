import Testing

@testable import FaultHarness

@Suite("The messages of a session") struct MessageFramerTests {
  private static func message(_ type: Character, _ body: String) -> [UInt8] {
    let length = body.utf8.count + 4
    return [type.asciiValue ?? 0, 0, 0, UInt8(length >> 8), UInt8(length & 0xFF)] + Array(body.utf8)
  }

  private static let encryptionRequest: [UInt8] = [0, 0, 0, 8, 4, 210, 22, 47]
  private static let startup: [UInt8] = [0, 0, 0, 14, 0, 3, 0, 0] + Array("user\0\0".utf8)

  private static let session =
    encryptionRequest + startup + message("Q", "COMMIT\0") + message("P", "s1\0COMMIT\0\0\0")
    + message("P", "\0BEGIN\0\0\0") + message("S", "")

  @Test("are the same however their bytes come in", arguments: [1, 2, 3, 7, 1000])
  func pieces(_ size: Int) {
    var framer = MessageFramer.client
    var seen: [MessageFramer.Message] = []
    for start in stride(from: 0, to: Self.session.count, by: size) {
      framer.append(Self.session[start..<min(start + size, Self.session.count)])
      while let message = framer.next() { seen.append(message) }
    }
    #expect(seen.map(\.type) == [0, 0] + "QPPS".utf8)
    #expect(seen.map(\.isEncryptionRequest) == [true, false, false, false, false, false])
    #expect(seen.map(\.isCommit) == [false, false, true, true, false, false])
    #expect(seen.flatMap(\.bytes) == Self.session, "not one byte is lost")
  }

  @Test("include an answer of one byte where one was asked for") func encryption() {
    var framer = MessageFramer.server
    framer.expectSingleByte()
    framer.append(Array("N".utf8) + Self.message("C", "COMMIT\0") + Self.message("E", "SERROR\0"))
    #expect(framer.next()?.bytes == Array("N".utf8)[...])
    let commit = framer.next()
    #expect(commit?.commandTag == "COMMIT")
    #expect(commit?.isError == false)
    #expect(framer.next()?.isError == true)
    #expect(framer.next() == nil)
  }
}
