import PipelineSpec
import Records
import Testing

@testable import Extract

@Suite("Chunks in memory that is used again") struct ChunkMemoryTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  @Test("hold the source's records, and keep them for as long as somebody holds a chunk")
  func circulation() throws {
    let records = (0..<20_000).map { i in
      #"{"a":\#(i),"b":"\#(String(repeating: "x", count: i &* 7_919 % 97))"}"#
    }
    let path = try folder.write(Array((records.joined(separator: "\n") + "\n").utf8))
    let yaml = """
      pipeline: p
      datasets: [{ dataset: d, from: { file: x }, into: { table: t }, columns: [{ column: a, type: int4, at: /a }] }]
      """
    let dataset = try Pipeline.parse(text: Array(yaml.utf8), file: "/p.yaml", environment: [:]).datasets[0]
    let limits = ExtractLimits(chunkBytes: 4096)
    let reader = RecordReader(
      try SourceInput(path: path), source: dataset.source, limits: limits, pool: BufferPool(limit: 4 * limits.chunkRoom)
    )

    var found: [String] = []
    var held: [RecordBatch] = []
    var places: Set<UnsafeRawPointer?> = []
    var chunks = 0
    func take(_ batch: RecordBatch) {
      for record in batch.records {
        found.append(String(decoding: batch.chunk.bytes[Int(record.start)..<Int(record.end)], as: UTF8.self))
      }
    }
    while let portion = try reader.next() {
      chunks += 1
      places.insert(portion.chunk.bytes.baseAddress)
      held += portion.batches
      // Some are looked at when many others were read.
      while held.count > chunks % 5 { take(held.removeFirst()) }
    }
    held.forEach(take)
    #expect(found == records)
    #expect(places.count < chunks / 4, "few blocks of memory hold all chunks")
  }
}
