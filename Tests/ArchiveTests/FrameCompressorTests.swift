import Testing

@testable import Archive

@Suite("A frame of many megabytes")
struct FrameCompressorTests {
  private let bytes = sample(9 << 20)

  @Test("is one frame of known size, and another one can follow")
  func large() throws {
    let compressor = try FrameCompressor(level: 1, capacity: 1000, file: "f")
    let decoder = try StageDecoder()
    var buffer = GrowingBuffer()
    for size in [bytes.count, 8 << 20, 100] {
      try bytes.prefix(size).withUnsafeBytes { bytes in
        let frame = try compressor.compressLarge(bytes, file: "f")
        let found = try #require(try decoder.decode(frame, size: size, into: &buffer))
        #expect(found.elementsEqual(bytes))
      }
    }
  }

  @Test("is given up when the task is cancelled")
  func cancelled() async throws {
    let compressor = Task {
      let compressor = try FrameCompressor(level: 19, capacity: 1000, file: "f")
      withUnsafeCurrentTask { $0?.cancel() }
      try bytes.withUnsafeBytes { _ = try compressor.compressLarge($0, file: "f") }
    }
    await #expect(throws: CancellationError.self) { try await compressor.value }
  }
}
