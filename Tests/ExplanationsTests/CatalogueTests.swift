import Explanations
import Foundation
import PipelineSpec
import Records
import Testing

@testable import Postgres
@testable import Transform

@Suite("The catalogue of explanations") struct CatalogueTests {
  @Test("has every exit status, in their order, and no other")
  func statuses() {
    #expect(Catalogue.statuses.map(\.code) == ExitStatus.allCases.map { String($0.rawValue) })
    for status in ExitStatus.allCases { #expect(!status.meaning.isEmpty) }
  }

  @Test("has every kind of every module's error, with the status it ends with, and no other")
  func errors() {
    var explained: [String: Explanation.Topic] = [:]
    for entry in Catalogue.errors { explained[entry.code] = entry.topic }
    for error in EveryError.all {
      #expect(explained.removeValue(forKey: error.code) == .error(error.exitStatus), "\(error.code)")
    }
    for code in EveryError.others { #expect(explained.removeValue(forKey: code) != nil, "\(code)") }
    #expect(explained.keys.sorted() == [], "no error has these codes")
  }

  @Test("is tested against every error type that the sources have")
  func errorTypes() throws {
    let sources = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../Sources").standardized
    let files = try #require(FileManager.default.enumerator(at: sources, includingPropertiesForKeys: nil))
    var prefixes: Set<String> = []
    for case let file as URL in files where file.pathExtension == "swift" {
      let text = try String(contentsOf: file, encoding: .utf8)
      for match in text.matches(of: /var code: String \{ "([a-z]+)\.\\\(kind\.rawValue\)" \}/) {
        prefixes.insert(String(match.1))
      }
    }
    #expect(prefixes == Set(EveryError.all.compactMap { $0.code.split(separator: ".").first.map(String.init) }))
  }

  @Test("has every rule, policy and kind of value problem that a reject file can name, and no other")
  func rejections() {
    var explained = Set(Catalogue.rejections.map(\.code).filter { $0.first?.isNumber != true && !$0.hasPrefix("P0") })
    for rule in Self.rules { #expect(explained.remove(rule) != nil, "\(rule)") }
    for policy in ["required", "malformed", "nul", "surrogate", "duplicateKey", "extraKey"] {
      #expect(explained.remove(policy) != nil, "\(policy)")
    }
    for family in Set(ValueProblem.Kind.allCases.map(\.family)) {
      #expect(explained.remove("\(family).*") != nil, "\(family)")
    }
    #expect(explained.sorted() == [], "no reject file has these")
  }

  /// The names of the rules; a new one does not compile until it is in the list.
  private static let rules: [String] = {
    let conditions: [Rule.Condition] = [
      .notEmpty, .unique, .oneOf([]), .range(min: nil, max: nil), .length(min: nil, max: nil), .pattern(""),
      .type(.string), .date,
    ]
    for condition in conditions {
      switch condition {
      case .notEmpty, .unique, .oneOf, .range, .length, .pattern, .type, .date: break
      }
    }
    return conditions.map { Rule(condition: $0, operands: []).name }
  }()

  @Test("knows the code of every value problem, for every type")
  func valueProblems() {
    for kind in ValueProblem.Kind.allCases {
      for scalar in ScalarType.allCases {
        let code = ValueProblem(kind: kind, scalar: scalar, found: .string).code
        #expect(Catalogue.find(code)?.code == code)
        #expect(Catalogue.find(code)?.topic == .rejection)
      }
    }
    #expect(Catalogue.find("type.banana") == nil)
  }

  @Test("explains an SQLSTATE as the error or the rejection that it becomes")
  func sqlStates() {
    let states = [
      "08006", "22001", "22012", "22P02", "23502", "23503", "23505", "23514", "23P01", "23999", "25006", "25P03",
      "28P01",
      "3D000", "3F000", "40001", "40P01", "42501", "42P01", "44000", "53100", "53300", "55P03", "57014", "57P01",
      "57P02",
      "57P03", "57P05", "57P04", "25P04", "38000", "53200", "53400", "54000", "P0001", "P0004", "XX000", "58030",
    ]
    for state in states {
      let error = PostgresError(PostgresError.Kind(sqlState: state), "", sqlState: state)
      let found = Catalogue.find(state)
      if error.isRowRefusal {
        #expect(found?.topic == .rejection && found?.code.prefix(2) == state.prefix(2), "\(state)")
      } else {
        #expect(found?.code == error.code, "\(state)")
      }
    }
  }

  @Test("gives an SQLSTATE to the error that the server's answer becomes")
  func claimedStates() {
    for entry in Catalogue.errors {
      for state in entry.sqlStates {
        let whole = state.count == 2 ? state + "999" : state
        #expect("postgres.\(PostgresError.Kind(sqlState: whole).rawValue)" == entry.code, "\(state)")
      }
    }
    for entry in Catalogue.rejections where entry.code.first?.isNumber == true {
      #expect(PostgresError.Kind(sqlState: entry.code) == .rowRefused, "\(entry.code)")
    }
  }

  @Test("has each code once, and words for each")
  func whole() {
    #expect(Set(Catalogue.all.map(\.code)).count == Catalogue.all.count)
    for entry in Catalogue.all {
      #expect(!entry.summary.hasSuffix(".") && !entry.summary.contains("\n"), "\(entry.code): a line")
      #expect(entry.causes.hasSuffix(".") && entry.causes.count > 20, "\(entry.code): causes")
      #expect(entry.remedy.hasSuffix("."), "\(entry.code): remedy")
      #expect(!entry.causes.contains("\n") && !entry.remedy.contains("\n"), "\(entry.code): prose")
      #expect(!entry.example.isEmpty, "\(entry.code): example")
    }
  }

  @Test(
    "finds a code as it was copied, and names those that are written alike",
    arguments: [
      ("[load.refused]", "load.refused"), (" LOAD.REFUSED\n", "load.refused"), ("oneof", "oneOf"), ("p0001", "P0001"),
    ])
  func copied(_ text: String, _ code: String) {
    #expect(Catalogue.find(text)?.code == code)
  }

  @Test(
    "names codes that are written alike, and none for a word that is like nothing",
    arguments: [
      ("load.refsued", "load.refused"), ("refused", "load.refused"), ("parity", "run.parity"),
      ("source.trunkated", "source.truncated"), ("uniqe", "unique"),
    ])
  func near(_ text: String, _ code: String) {
    #expect(Catalogue.find(text) == nil)
    #expect(Catalogue.near(text).contains(code), "\(Catalogue.near(text))")
    #expect(Catalogue.near("zzz").isEmpty && Catalogue.near("").isEmpty)
  }
}
