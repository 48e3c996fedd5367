import Foundation
import JSONStream
import Testing

/// nst/JSONTestSuite: `y_` must be accepted, `n_` refused, `i_` is for each implementation to say.
@Suite(
  "The grammar of RFC 8259, by the public test suite", .enabled(if: Corpus.folder != nil, "the corpus is not here"))
struct GrammarSuiteTests {
  @Test("all 95 y_ documents are accepted, in every size of piece")
  func accepted() throws {
    let documents = try Corpus.documents(prefix: "y_")
    #expect(documents.count == 95)
    for (name, bytes) in documents {
      for piece in [1, 7, 64, 4096] {
        let reading = Reading(bytes, RecordLayout(form: .document), piece: piece)
        #expect(reading.failure == nil && reading.records.count == 1, "\(name): \(String(describing: reading.failure))")
      }
    }
  }

  @Test("all 188 n_ documents are refused with a place inside the document, the same in every size of piece")
  func refused() throws {
    let documents = try Corpus.documents(prefix: "n_")
    #expect(documents.count == 188)
    for (name, bytes) in documents {
      let whole = Reading(bytes, RecordLayout(form: .document), piece: 1 << 18)
      #expect(whole.failure != nil, "\(name) was accepted")
      guard let location = whole.location else { continue }
      #expect((0...Int64(bytes.count)).contains(location.offset), "\(name): \(location)")
      for piece in [1, 64] where bytes.count < 10_000 {
        #expect(Reading(bytes, RecordLayout(form: .document), piece: piece).location == location, "\(name)")
      }
    }
  }

  /// Accepted here: numbers of any size are tokens, what they fit into is for the column to say; lone surrogates are
  /// for a policy to say. Refused: what is not UTF-8.
  static let undefined: [String: Bool] = [
    "i_number_double_huge_neg_exp.json": true, "i_number_huge_exp.json": true,
    "i_number_neg_int_huge_exp.json": true, "i_number_pos_double_huge_exp.json": true,
    "i_number_real_neg_overflow.json": true, "i_number_real_pos_overflow.json": true,
    "i_number_real_underflow.json": true, "i_number_too_big_neg_int.json": true,
    "i_number_too_big_pos_int.json": true, "i_number_very_big_negative_int.json": true,
    "i_object_key_lone_2nd_surrogate.json": true, "i_string_1st_surrogate_but_2nd_missing.json": true,
    "i_string_1st_valid_surrogate_2nd_invalid.json": true, "i_string_UTF-16LE_with_BOM.json": false,
    "i_string_UTF-8_invalid_sequence.json": false, "i_string_UTF8_surrogate_U+D800.json": false,
    "i_string_incomplete_surrogate_and_escape_valid.json": true, "i_string_incomplete_surrogate_pair.json": true,
    "i_string_incomplete_surrogates_escape_valid.json": true, "i_string_invalid_lonely_surrogate.json": true,
    "i_string_invalid_surrogate.json": true, "i_string_invalid_utf-8.json": false,
    "i_string_inverted_surrogates_U+1D11E.json": true, "i_string_iso_latin_1.json": false,
    "i_string_lone_second_surrogate.json": true, "i_string_lone_utf8_continuation_byte.json": false,
    "i_string_not_in_unicode_range.json": false, "i_string_overlong_sequence_2_bytes.json": false,
    "i_string_overlong_sequence_6_bytes.json": false, "i_string_overlong_sequence_6_bytes_null.json": false,
    "i_string_truncated-utf-8.json": false, "i_string_utf16BE_no_BOM.json": false,
    "i_string_utf16LE_no_BOM.json": false, "i_structure_500_nested_arrays.json": true,
    "i_structure_UTF-8_BOM_empty_object.json": true,
  ]

  @Test("all 35 i_ documents behave as the table says")
  func implementationDefined() throws {
    let documents = try Corpus.documents(prefix: "i_")
    #expect(documents.count == 35)
    for (name, bytes) in documents {
      let reading = Reading(bytes, RecordLayout(form: .document), piece: 64)
      #expect(Self.undefined[name] == (reading.failure == nil), "\(name): \(String(describing: reading.failure))")
    }
  }
}

/// The documents of the suite, unpacked once into a temporary folder. `SLUICE_TEST_DATA` names the folder that has
/// `json-test-suite.tar.zst`.
enum Corpus {
  static let folder: URL? = {
    let data = ProcessInfo.processInfo.environment["SLUICE_TEST_DATA"] ?? "../shared/data"
    let archive = URL(fileURLWithPath: data).appendingPathComponent("json-test-suite.tar.zst")
    guard FileManager.default.fileExists(atPath: archive.path) else { return nil }
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("json-suite-\(UUID().uuidString)")
    do {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      let tar = Process()
      tar.executableURL = URL(fileURLWithPath: "/usr/bin/env")
      tar.arguments = ["tar", "-C", folder.path, "--zstd", "-xf", archive.path]
      try tar.run()
      tar.waitUntilExit()
      return tar.terminationStatus == 0 ? folder : nil
    } catch {
      return nil
    }
  }()

  static func documents(prefix: String) throws -> [(name: String, bytes: [UInt8])] {
    let folder = try #require(folder)
    let files = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)
    return try (files?.allObjects as? [URL] ?? [])
      .filter { $0.lastPathComponent.hasPrefix(prefix) && $0.pathExtension == "json" }
      .sorted { $0.path < $1.path }
      .map { ($0.lastPathComponent, Array(try Data(contentsOf: $0))) }
  }
}
