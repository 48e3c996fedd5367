import Platform
import Records
import Testing
import Verify

/// The tables of `CanonicalForm.md`, cell by cell.
struct CanonicalFormPage {
  private let lines: [String]

  init() throws {
    let here = #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(3).joined(separator: "/")
    let file = try #require(fopen(here + "/Sources/Verify/Verify.docc/CanonicalForm.md", "r"))
    defer { fclose(file) }
    var text: [UInt8] = []
    var byte = fgetc(file)
    while byte != EOF {
      text.append(UInt8(truncatingIfNeeded: byte))
      byte = fgetc(file)
    }
    lines = String(decoding: text, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false).map(
      String.init)
  }

  /// The rows of the table whose heading is `heading`.
  func table(_ heading: String) throws -> [[String]] {
    let first = try #require(lines.firstIndex(of: heading))
    return lines[(first + 2)...].prefix { $0.hasPrefix("|") }.map { line in
      line.dropFirst(2).dropLast(2).split(separator: " | ", omittingEmptySubsequences: false).map(String.init)
    }
  }

  /// The texts between backticks.
  static func codes(_ cell: String) -> [String] {
    cell.split(separator: "`", omittingEmptySubsequences: false).enumerated().filter { $0.offset % 2 == 1 }
      .map { String($0.element) }
  }
}

@Suite("The published vectors")
struct PublishedVectorsTests {
  @Test("hold for every column type, from the source's token and from PostgreSQL's print")
  func columns() throws {
    let rows = try CanonicalFormPage().table("| type | JSON | printed | digest |")
    try #require(rows.count > 70)
    var types: Set<ScalarType> = []
    for row in rows {
      try #require(row.count == 4, "\(row)")
      let cells = row.map { CanonicalFormPage.codes($0).first ?? "" }
      let column = try ColumnLayout(cells[0])
      types.insert(column.scalar)
      #expect(expected(cells[1], column).description == cells[3], "expected \(row)")
      #expect(try actual(cells[2], column).description == cells[3], "actual \(row)")
    }
    #expect(types == Set(ScalarType.allCases))
  }

  @Test("hold for rows and keys")
  func rows() throws {
    let rows = try CanonicalFormPage().table("| types | JSON | row | key |")
    try #require(rows.count >= 3)
    for row in rows {
      let cells = row.map(CanonicalFormPage.codes)
      let columns = try cells[0][0].split(separator: ",").map { try ColumnLayout(String($0.drop { $0 == " " })) }
      let source = SourceRow(cells[1])
      let digests = source.with {
        ExpectedDigest(layout: TableLayout(columns, key: [0])).digestWithKey($0, ordinal: 0, texts: $1)
      }
      #expect(digests.row.description == cells[2][0])
      #expect(digests.key.description == cells[3][0])
    }
  }
}
