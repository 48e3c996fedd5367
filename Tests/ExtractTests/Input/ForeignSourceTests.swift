import Foundation
import PipelineSpec
import Testing

@testable import Extract

@Suite("What is no source") struct ForeignSourceTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func error(_ path: String, format: String = "auto") -> ExtractError? {
    #expect(throws: ExtractError.self) {
      let yaml = """
        pipeline: p
        datasets: [{ dataset: d, from: { file: x, format: \(format) }, into: { table: t },
          columns: [{ column: a, type: int4, at: /a }] }]
        """
      var source = try Pipeline.parse(text: Array(yaml.utf8), file: "/p.yaml", environment: [:]).datasets[0].source
      source.file = path
      let reader = RecordReader(try SourceInput(source), source: source, limits: ExtractLimits())
      while try reader.next() != nil {}
    }
  }

  /// The first bytes of an archive by tar, in the form of 1979 or with `ustar`.
  private func tar(_ mark: String) -> [UInt8] {
    var head = [UInt8](repeating: 0, count: 512)
    func put(_ text: String, _ place: Int) { for (i, byte) in text.utf8.enumerated() { head[place + i] = byte } }
    put("a", 0)
    put("0000644", 100)
    put("00000000012", 124)
    put(mark, 257)
    put("        ", 148)
    put(String(format: "%06o\0 ", head.reduce(0) { $0 + Int($1) }), 148)
    return head + Array("[{\"a\":1}]\n".utf8) + [UInt8](repeating: 0, count: 1014)
  }

  @Test("is named by what it is, also inside gzip, with the line that unpacks it")
  func archives() throws {
    let cases: [([UInt8], String, String)] = [
      (Array("PK\u{3}\u{4}".utf8) + [UInt8](repeating: 0, count: 30), "a zip archive", "unzip"),
      (Array("BZh91AY&SY".utf8), "compressed with bzip2", "bzip2 -dk"),
      ([0xFD, 0x37, 0x7A, 0x58, 0x5A, 0, 0, 4], "compressed with xz", "xz -dk"),
      ([0x37, 0x7A, 0xBC, 0xAF, 0x27, 0x1C, 0, 4], "a 7z archive", "7z x"),
      (tar("ustar"), "a tar archive", "tar -xf"), (tar(""), "a tar archive", "tar -xf"),
      (try gzip(tar("ustar")), "a tar archive", "tar -xf"),
    ]
    for (bytes, name, command) in cases {
      let path = try folder.write(bytes, to: "in")
      for format in ["auto", "ndjson"] {
        let error = error(path, format: format)
        #expect(error?.kind == .packed && error?.message == "this is \(name)")
        #expect(error?.remedy == "unpack it: \(command) \(path)")
      }
    }
    let text = try folder.write(Array("{\"a\":1}".utf8) + [UInt8](repeating: 0x20, count: 2000))
    let input = try SourceInput(path: text)
    #expect(try input.readAll().count == 2007)
  }

  @Test("is a URL, a pattern or a folder")
  func names() {
    let missing: [(String, String, String)] = [
      ("/data/https:/example.org/a%20b.json", "this is a URL, not a file", "curl -fLO https://example.org/a%20b.json"),
      ("/data/s3:/bucket/a.json", "this is a URL, not a file", "aws s3 cp s3://bucket/a.json"),
      ("/data/logs/*.json", "there is no such file, and patterns are not taken", "jq -c '.[]' /data/logs/*.json"),
      ("/data/a.json", "there is no such file", "`optional: true`"),
    ]
    for (path, message, remedy) in missing {
      let error = error(path)
      #expect(error?.kind == .missing && error?.message == message)
      #expect(error?.remedy?.contains(remedy) == true, "\(error?.remedy ?? "")")
    }
    #expect(error(folder.path)?.message == "this is a folder, not a file")
    #expect(error(folder.path)?.remedy?.contains("jq -c . \(folder.path)/*.json") == true)
  }

  @Test("is not taken for a missing file, which may be optional, where it is a URL or a pattern")
  func optional() {
    #expect(SourceInput.exists("/data/https:/example.org/a.json"))
    #expect(SourceInput.exists("/data/*.json"))
    #expect(!SourceInput.exists("/data/a.json"))
  }

  @Test("names the flag that allows more")
  func limits() throws {
    let deep = try folder.write(Array(String(repeating: "[", count: 2000).utf8))
    #expect(error(deep)?.remedy == "--max-depth allows more, up to 8192")
    #expect(ExtractError(.tooLarge, file: "a", "").remedy?.contains("--max-record-bytes") == true)
  }
}
