import Foundation
import Records
import Testing

@testable import Archive

@Suite("A damaged stage file") struct StageDamageTests {
  private let scratch: Scratch
  private let folder: RunFolder
  private let whole: [UInt8]
  private let expected: [String]

  init() throws {
    scratch = try Scratch()
    folder = try scratch.run()
    try StageSample.write(StageSample.batches, in: folder)
    whole = try folder.bytes(of: StageSample.rows)
    expected = StageSample.batches.map(StageSample.text)
  }

  private func read() throws -> [String] { try StageSample.read(.file(StageSample.rows, in: folder)) }

  private func expectRefused(_ bytes: [UInt8], _ kinds: Set<StageFileError.Kind>, _ what: String) throws {
    try folder.overwrite(StageSample.rows, with: bytes)
    let error = #expect(throws: StageFileError.self, "\(what)") { try read() }
    if let error { #expect(kinds.contains(error.kind), "\(what): \(error)") }
    #expect(error?.exitStatus == .storage)
  }

  @Test("is refused whichever byte of it was changed")
  func everyByte() throws {
    #expect(try read() == expected)
    for place in whole.indices {
      try folder.withByte(place, of: StageSample.rows, flippedBy: UInt8(1 << (place % 8))) {
        let error = #expect(throws: StageFileError.self, "byte \(place)") { try read() }
        #expect(error?.exitStatus == .storage)
      }
    }
    #expect(try read() == expected)
  }

  @Test("is refused wherever it was cut")
  func everyLength() throws {
    for length in whole.indices {
      try expectRefused(
        Array(whole[..<length]), length < 8 ? [.format] : [.incomplete], "cut to \(length)")
    }
    try expectRefused(whole + [0], [.damaged], "longer")
  }

  @Test("is refused when blocks were swapped, left out or repeated, and names the first that is wrong")
  func blocks() throws {
    let parts = try frames()
    // Head, COPY's header, four batches with their data each, COPY's trailer, foot.
    #expect(parts.count == 1 + 6 * 2 + 1)
    func joined(_ order: [Int]) -> [UInt8] { order.flatMap { parts[$0] } }
    let all = Array(parts.indices)
    try expectRefused(joined(all.filter { $0 != 3 && $0 != 4 }), [.damaged], "without its second block")
    try expectRefused(joined(all.filter { $0 != 4 }), [.damaged], "without its second block's data")
    try expectRefused(joined([0, 1, 2, 5, 6, 3, 4] + all.dropFirst(7)), [.damaged], "swapped")
    try expectRefused(joined([0, 1, 2, 3, 4, 3, 4] + all.dropFirst(5)), [.damaged], "repeated")
    try expectRefused(joined(Array(all.dropFirst())), [.damaged], "without its head")
    try expectRefused(joined([0, 13]), [.damaged], "without any block")
    try expectRefused(joined(Array(all.dropLast())), [.incomplete], "without its foot")
    try folder.overwrite(StageSample.rows, with: joined([0, 1, 2, 5, 6, 3, 4] + all.dropFirst(7)))
    let error = #expect(throws: StageFileError.self) { try read() }
    #expect(error?.block == 1)
    #expect(error?.place == "stages/things.rows.pgcopy.zst, block 1")
    #expect(error?.code == "stage.damaged")
  }

  @Test("is refused when blocks of another file stand in it")
  func blocksOfOthers() throws {
    let mine = try frames()
    var changed = StageSample.batches
    changed[0].own.rows[0].digest = RowDigest(high: 1, low: 1)
    try StageSample.write(changed, in: folder)
    let other = try frames(of: folder.bytes(of: StageSample.rows))
    var mixed = mine
    mixed[3] = other[3]
    try expectRefused(mixed.flatMap { $0 }, [.damaged], "a sidecar of another file")
  }

  @Test("that is no stage file at all is told apart")
  func otherFiles() throws {
    for bytes: [UInt8] in [[], [1], Array("hello, world".utf8), [0x28, 0xB5, 0x2F, 0xFD, 0, 0, 0, 0, 0, 0]] {
      try expectRefused(bytes, [.format], "\(bytes)")
    }
    let head = Array(whole[..<20])
    try expectRefused(head, [.incomplete], "a head cut short")
    try StageSample.write(StageSample.batches, in: folder)
    let wrongKind = #expect(throws: StageFileError.self) {
      _ = try RecordsFileReader(.file(StageSample.rows, in: folder))
    }
    #expect(wrongKind?.kind == .format)
    let missing = #expect(throws: StageFileError.self) { try StageSample.read(.file("stages/none.zst", in: folder)) }
    #expect(missing?.kind == .missing)
  }

  @Test("that says more than it has is found out without the memory that it asks for")
  func hostileSizes() throws {
    for size: UInt32 in [0, 1, 33, 0x7FFF_FFFF, 0xFFFF_FFFF] {
      var bytes = whole
      withUnsafeBytes(of: size.littleEndian) { bytes.replaceSubrange(4..<8, with: $0) }
      try expectRefused(bytes, [.damaged, .incomplete], "a head of \(size) bytes")
    }
    // A block with a true seal that announces two gigabytes.
    for (sidecar, data) in [(0x7FFF_FFFF, 1), (1, 0x7FFF_FFFF), (Int.max, 1), (1, Int.max)] {
      try expectRefused(forged(sidecar: sidecar, data: data), [.damaged, .incomplete], "\(sidecar) and \(data)")
    }
  }

  @Test("with true seals and false fields is refused", arguments: 0..<200)
  func forgedSidecars(_ seed: Int) throws {
    var random = SystemRandom(seed: UInt64(seed))
    var sidecar = SidecarWriter()
    sidecar.put(StageSample.batches[0], StageSample.batches[0].own)
    var bytes = Array(sidecar.bytes)
    for _ in 0...Int.random(in: 0...2, using: &random) {
      bytes[Int.random(in: bytes.indices, using: &random)] = UInt8.random(in: 0...255, using: &random)
    }
    let data = Array(StageSample.batches[0].own.bytes.bytes)
    // Nothing but an error or a batch whose parts fit together.
    bytes.withUnsafeBytes { sidecar in
      data.withUnsafeBytes { data in
        var reader = SidecarReader(sidecar)
        guard let batch = try? reader.batch(data, fields: 2) else { return }
        #expect(batch.own.rows.last?.end == data.count)
        #expect(batch.own.recordEnds.last == batch.own.rows.count)
        #expect(batch.isBalanced)
        #expect(batch.records.allSatisfy { $0.offset >= 0 && $0.length >= 0 })
      }
    }
  }

  @Test("whose numbers no source has is refused, sealed as it may be")
  func impossibleNumbers() throws {
    let changes: [(inout RowBatch, Int) -> Void] = [
      { $0.filtered = $1 }, { $0.changed = $1 }, { $0.warningCount = $1 }, { $0.readTo = Int64($1) },
      { $0.records[0].ordinal = Int64($1) }, { $0.records[0].fileOrdinal = Int64($1) },
      { $0.records[0].offset = Int64($1) }, { $0.records[0].length = $1 },
      { $0.rejections[0].position.ordinal = Int64($1) }, { $0.rejections[0].position.offset = Int64($1) },
      { $0.rejections[0].position.length = $1 }, { $0.rejections[0].line = Int64($1) },
    ]
    for change in changes {
      for number in [(1 << 53) + 1, (1 << 62) - 1, .max, -2, .min] {
        var batches = StageSample.batches
        change(&batches[0], number)
        batches[0].read = batches[0].records.count + batches[0].rejections.count &+ batches[0].filtered
        try StageSample.write(batches, in: folder)
        #expect(throws: StageFileError.self, "\(number)") { try read() }
      }
    }
  }

  @Test("whose blocks count more together than a source can have is refused")
  func impossibleSums() throws {
    for change in [{ $0.filtered = $1 }, { $0.changed = $1 }, { $0.warningCount = $1 }]
      as [(inout RowBatch, Int) -> Void]
    {
      var batches = StageSample.batches
      for i in batches.indices {
        change(&batches[i], 1 << 52)
        batches[i].read = batches[i].records.count + batches[i].rejections.count + batches[i].filtered
      }
      try StageSample.write(batches, in: folder)
      #expect(throws: StageFileError.self) { try read() }
    }
  }

  @Test("of a slice that lies behind every source, or behind what the ledger counts, is refused")
  func impossibleSlices() throws {
    for slice in [(1 << 53) / 2048 + 1, 1 << 31, (1 << 62) - 1] {
      let batch = RowBatch(slice: slice, closesSlice: true, source: nil, capacity: 0)
      try StageSample.write([batch], in: folder)
      #expect(throws: StageFileError.self, "\(slice)") { try read() }
    }
  }

  // MARK: - Taking a file apart

  private func frames() throws -> [[UInt8]] { try frames(of: whole) }

  /// The zstd frames of a file, the skippable ones too.
  private func frames(of bytes: [UInt8]) throws -> [[UInt8]] {
    var frames: [[UInt8]] = []
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = try frameSize(Array(rest))
      frames.append(Array(rest.prefix(count)))
      rest = rest.dropFirst(count)
    }
    return frames
  }

  private func frameSize(_ bytes: [UInt8]) throws -> Int {
    if bytes.starts(with: [0x5A, 0x2A, 0x4D, 0x18]) {
      return 8 + (0..<4).reduce(0) { $0 | Int(bytes[4 + $1]) << (8 * $1) }
    }
    let next = (1..<bytes.count - 4).first { Array(bytes[$0..<$0 + 4]) == [0x5A, 0x2A, 0x4D, 0x18] }
    return next ?? bytes.count
  }

  /// A file whose second frame announces sizes that it does not have.
  private func forged(sidecar: Int, data: Int) throws -> [UInt8] {
    let head = try frames()[0]
    var body = SidecarWriter()
    body.put(0)
    body.put(sidecar)
    body.put(bytes: [0x28, 0xB5, 0x2F, 0xFD, 0x20, 0, 1, 0, 0])
    body.put(data)
    body.put(9)
    body.put(bytes: Array(repeating: 0, count: 31))
    let seal = StageFrame.seal(after: Array(head.suffix(32)), .block, body.bytes)
    var bytes = head + [0x5A, 0x2A, 0x4D, 0x18]
    withUnsafeBytes(of: UInt32(33 + body.bytes.count).littleEndian) { bytes += $0 }
    return bytes + [StageFrame.Kind.block.rawValue] + Array(body.bytes) + seal
  }
}

/// The same numbers in every run.
private struct SystemRandom: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed &+ 1 }

  mutating func next() -> UInt64 {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return state >> 13 ^ state << 51
  }
}
