import Foundation
import Testing

@testable import Archive

@Suite struct ChecksumsTests {
  private func run(_ scratch: Scratch) throws -> RunFolder {
    let folder = try scratch.run()
    let summaries = try backUp([("backup/a.json.zst", sample(3000))], in: folder)
    try folder.write("{}", to: "run.json")
    try Checksums.write(in: folder, known: ["backup/a.json.zst": summaries[0].packedSHA256])
    return folder
  }

  @Test("sha256sum -c agrees, file by file")
  func openFormat() throws {
    let scratch = try Scratch()
    let folder = try run(scratch)
    let checked = try tool("sha256sum", "--strict", "-c", "SHA256SUMS", in: folder.path)
    #expect(checked.status == 0)
    #expect(checked.text == "backup/a.json.zst: OK\nmanifest.jsonl: OK\nrun.json: OK\n")
    #expect(try Checksums.verify(in: folder).isEmpty)
  }

  @Test("a cancelled task writes no list, whatever there is to hash, and checks none")
  func cancelled() async throws {
    let scratch = try Scratch()
    let folder = try run(scratch)
    try await Task {
      withUnsafeCurrentTask { $0?.cancel() }
      #expect(throws: CancellationError.self) { _ = try Checksums.verify(in: folder) }
      try folder.remove("SHA256SUMS")
      #expect(throws: CancellationError.self) { try Checksums.write(in: folder) }
    }.value
    #expect(try !folder.hasFile("SHA256SUMS"))
  }

  @Test("changed, missing and unlisted files are named")
  func problems() throws {
    let scratch = try Scratch()
    let folder = try run(scratch)
    try folder.overwrite("run.json", with: [1])
    try folder.remove("manifest.jsonl")
    try folder.overwrite("other file", with: [])
    let problems = try Checksums.verify(in: folder)
    #expect(problems.map(\.kind) == [.missing, .damaged, .unlisted])
    #expect(problems.map(\.file) == ["manifest.jsonl", "run.json", "other file"])
    #expect(try tool("sha256sum", "-c", "SHA256SUMS", in: folder.path).status != 0)
  }

  @Test("tell whether they have the hash of what was read, and name a file that has another one")
  func oneFile() throws {
    let scratch = try Scratch()
    let folder = try run(scratch)
    let content = Array("{}".utf8)
    #expect(try Checksums.have(content, of: "run.json", in: folder))
    #expect(archiveError { _ = try Checksums.have(content + [0x20], of: "run.json", in: folder) }?.kind == .damaged)
    #expect(archiveError { _ = try Checksums.have(content, of: "report.json", in: folder) }?.kind == .unlisted)
    try folder.remove("SHA256SUMS")
    #expect(try !Checksums.have(content, of: "run.json", in: folder))
  }

  @Test("writing again covers what came meanwhile")
  func rewritten() throws {
    let scratch = try Scratch()
    let folder = try run(scratch)
    try folder.write("<html>", to: "report.html")
    try Checksums.write(in: folder)
    #expect(try Checksums.verify(in: folder).isEmpty)
    #expect(try tool("sha256sum", "--strict", "-c", "SHA256SUMS", in: folder.path).text.contains("report.html: OK"))
  }

  @Test("a list that is empty, torn or leads out of the folder is no list")
  func badLists() throws {
    let scratch = try Scratch()
    let folder = try run(scratch)
    let sum = String(repeating: "0", count: 64)
    for text in ["", "\n", "\(sum)  run.json", "\(sum) run.json\n", "xyz  run.json\n"] {
      try folder.overwrite("SHA256SUMS", with: Array(text.utf8))
      #expect(archiveError { _ = try Checksums.verify(in: folder) }?.kind == .damaged, "\(text)")
    }
    try folder.overwrite("SHA256SUMS", with: Array("\(sum)  ../../secret\n".utf8))
    #expect(try Checksums.verify(in: folder).first?.kind == .name)
    try folder.remove("SHA256SUMS")
    #expect(archiveError { _ = try Checksums.verify(in: folder) }?.kind == .missing)
  }
}
