import Foundation
import Records
import Testing

@Suite("The README") struct ReadmeTests {
  private static let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../..").standardized
  private let readme: String

  init() throws { readme = try String(contentsOf: Self.root.appending(path: "README.md"), encoding: .utf8) }

  /// The lines of the section under `heading`.
  private func section(_ heading: String) -> [Substring] {
    let lines = readme.split(separator: "\n")
    guard let start = lines.firstIndex(of: "## \(heading)") else { return [] }
    return Array(lines[(start + 1)...].prefix { !$0.hasPrefix("## ") })
  }

  /// The names of the tests in each file, under `Target/File`.
  private static func testNames() throws -> [String: Set<String>] {
    var names: [String: Set<String>] = [:]
    let folder = root.appending(path: "Tests")
    let files = try #require(FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil))
    for case let file as URL in files where file.pathExtension == "swift" {
      let target = file.pathComponents[folder.pathComponents.count]
      let text = try String(contentsOf: file, encoding: .utf8)
      let found = text.matches(of: /@Test\(\s*"((?:[^"\\]|\\.)*)"/).map { String($0.1) }
      names["\(target)/\(file.deletingPathExtension().lastPathComponent)"] = Set(found)
    }
    return names
  }

  @Test("cites for each guarantee tests that exist, by file and name")
  func guarantees() throws {
    let names = try Self.testNames()
    let rows = section("Guarantees").filter { $0.hasPrefix("| ") }.dropFirst(2)
    #expect(rows.count >= 15)
    for row in rows {
      var file: String?
      var cited = 0
      for token in try #require(row.split(separator: " | ").last).matches(of: /`(?<file>[^`]+)`|"(?<name>[^"]+)"/) {
        if let next = token.file {
          #expect(file == nil || cited > 0, "\(file ?? ""): no test is named")
          (file, cited) = (String(next), 0)
        } else if let name = token.name {
          #expect(names[file ?? ""]?.contains(String(name)) == true, "\(file ?? "no file"): \(name)")
          cited += 1
        }
      }
      #expect(cited > 0, "\(row)")
    }
  }

  @Test("lists every exit status")
  func statuses() {
    let numbers = section("Exit statuses").filter { $0.hasPrefix("| ") }
      .flatMap { $0.split(separator: "|")[0].matches(of: /[0-9]+/).compactMap { Int32($0.0) } }
    #expect(Set(numbers) == Set(ExitStatus.allCases.map(\.rawValue)) && numbers.count == ExitStatus.allCases.count)
  }
}
