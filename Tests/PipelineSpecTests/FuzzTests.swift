import PipelineSpec
import Testing

@Suite struct `Any text` {
  /// SplitMix64: small, and the same on every machine.
  struct Generator: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
      state &+= 0x9E37_79B9_7F4A_7C15
      var z = state
      z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
      z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
      return z ^ (z >> 31)
    }
  }

  static let pieces: [[UInt8]] =
    [
      "{", "}", "[", "]", ",", ":", "- ", "? ", "\n", "\n  ", "'", "\"", "\\", "${A}", "${", "$$", "&a ", "*a", "!!x ",
      "|", ">", "#", "<<: ", "%", "---\n", "...\n", "\t", "~", "/", "..", "\u{FEFF}", "\u{85}", "null",
      "999999999999999999999",
    ]
    .map { Array($0.utf8) } + [[0xFF], [0x00], [0xC3]]

  @Test(
    "near a pipeline gives a pipeline or problems inside the text, never a crash", arguments: UInt64(1)...20)
  func mutated(_ seed: UInt64) {
    var generator = Generator(state: seed)
    let original = Array(`A pipeline file`.example.utf8)
    for _ in 0..<100 {
      var text = original
      for _ in 0..<Int.random(in: 1...6, using: &generator) {
        let start = Int.random(in: 0...text.count, using: &generator)
        let end = min(text.count, start + Int.random(in: 0...4, using: &generator))
        let piece = Self.pieces.randomElement(using: &generator) ?? []
        text.replaceSubrange(start..<end, with: Bool.random(using: &generator) ? piece : [])
      }
      check(text, seed)
    }
  }

  @Test func `cut off anywhere gives a pipeline or problems inside the text`() {
    let original = Array(`A pipeline file`.example.utf8)
    for end in stride(from: 0, to: original.count, by: 3) { check(Array(original[..<end]), UInt64(end)) }
  }

  func check(_ text: [UInt8], _ seed: UInt64) {
    do throws(PipelineError) {
      let pipeline = try Pipeline.parse(text: text, file: "/p.yaml", environment: ["A": "a: [b"])
      #expect(!pipeline.datasets.isEmpty, "seed \(seed)")
    } catch {
      // Line breaks of YAML are more than \n.
      let lines = text.count { $0 == 0x0A || $0 == 0x0D || $0 == 0x85 || $0 == 0xA8 || $0 == 0xA9 } + 1
      #expect(!error.problems.isEmpty, "seed \(seed)")
      #expect(error.problems.allSatisfy { 1...(lines + 1) ~= $0.line && $0.column >= 1 }, "seed \(seed)")
    }
  }
}
