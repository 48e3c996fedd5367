import Foundation
import Testing

/// The table "Where things go" says which files a new member of a kind touches: those that name one that is there.
@Suite("CONTRIBUTING") struct ContributingTests {
  private static let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../..").standardized

  /// A member of each kind, and how code spells it.
  private static let members: [(member: String, spellings: Set<String>)] = [
    ("inet", ["inet", "InetForm", "encodeInet"]),
    ("oneOf", ["oneOf", "OneOfRule", "OneOfCheck"]),
    ("sync", ["sync"]),
    ("surrogates", ["surrogates"]),
    ("ndjson", ["ndjson"]),
    ("--max-delete", ["maxDelete"]),
    ("status", ["StatusCommand"]),
  ]

  /// Programs of their own, which are no part of what is extended.
  private static let others: Set<String> = ["FaultHarness", "FuzzHarness", "SampleData", "sluice-sample"]

  /// Knows what there was before plans had a version, and no more.
  private static let past = "UnversionedPlan.swift"

  @Test("names for each kind the files that name its member, and no others", arguments: members.indices)
  func files(_ number: Int) throws {
    let (member, spellings) = Self.members[number]
    let text = try String(contentsOf: Self.root.appending(path: "CONTRIBUTING.md"), encoding: .utf8)
    let row = try #require(text.split(separator: "\n").first { $0.hasPrefix("| ") && $0.contains("as `\(member)`") })
    let told = Self.files(namedIn: row)
    let found = try Self.files { !Self.identifiers(in: $0).isDisjoint(with: spellings) }
    #expect(found.subtracting(told).sorted() == [], "name \(member), and the row does not name them")
    let silent = try told.filter { file in
      let content = try String(contentsOf: Self.root.appending(path: file), encoding: .utf8)
      return !(spellings.union([member])).contains { content.contains($0) }
    }
    #expect(silent.sorted() == [], "the row names them, and they know nothing of \(member)")
  }

  /// A name without a folder lies beside the file that is named before it.
  private static func files(namedIn row: Substring) -> Set<String> {
    var folder = ""
    return Set(
      row.matches(of: /`([^` ]+\.swift)`/).map { match in
        let name = String(match.1)
        guard name.hasPrefix("Sources/") else { return "\(folder)/\(name)" }
        folder = name.split(separator: "/").dropLast().joined(separator: "/")
        return name
      })
  }

  private static func files(where names: (String) -> Bool) throws -> Set<String> {
    let sources = root.appending(path: "Sources")
    let files = try #require(FileManager.default.enumerator(at: sources, includingPropertiesForKeys: nil))
    var found: Set<String> = []
    for case let file as URL in files where file.pathExtension == "swift" && file.lastPathComponent != past {
      let parts = file.pathComponents.dropFirst(sources.pathComponents.count)
      guard let module = parts.first, !others.contains(module) else { continue }
      if names(try String(contentsOf: file, encoding: .utf8)) {
        found.insert((["Sources"] + parts).joined(separator: "/"))
      }
    }
    return found
  }

  /// The words of the code: neither of comments nor of texts, and not `sync()`, which is a call.
  private static func identifiers(in source: String) -> Set<String> {
    var words: Set<String> = []
    var isText = false
    for line in source.split(separator: "\n") {
      let marks = line.matches(of: /"""/).count
      if marks % 2 == 1 { isText.toggle() }
      if marks > 0 || isText { continue }
      var code = line.utf8[...]
      while let first = code.first {
        if code.starts(with: "//".utf8) { break }
        if first == UInt8(ascii: "\"") {
          code = code.dropFirst()
          while let next = code.first, next != UInt8(ascii: "\"") {
            code = code.dropFirst(next == UInt8(ascii: "\\") ? 2 : 1)
          }
          code = code.dropFirst()
          continue
        }
        let word = code.prefix { isLetter($0) }
        code = code.dropFirst(max(1, word.count))
        if !word.isEmpty, !code.starts(with: "()".utf8) { words.insert(String(Substring(word))) }
      }
    }
    return words
  }

  private static func isCapital(_ byte: UInt8) -> Bool { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) }

  private static func isLetter(_ byte: UInt8) -> Bool {
    isCapital(byte & 0xDF) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || byte == UInt8(ascii: "_")
  }
}
