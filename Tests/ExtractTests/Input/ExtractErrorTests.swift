import JSONStream
import Records
import Testing

@testable import Extract

@Suite("An error of extract")
struct ExtractErrorTests {
  @Test("prints file, byte, line and column")
  func place() {
    let error = ExtractError(.malformed, file: "a.json", "expected a value", offset: 17, line: 2, column: 5)
    #expect(
      error.description == "a.json, byte 17 (line 2, column 5): expected a value (correct the source at this place)")
    #expect(error.code == "source.malformed")
    #expect(error.exitStatus == .source)
    #expect(ExtractError(.missing, file: "a.json", "there is no such file").place == "a.json")
    #expect(ExtractError(.malformed, file: "-", "no", offset: 9).place == "standard input, byte 9")
    #expect(ExtractError(.damaged, file: "a.json", "damaged", offset: 9).place == "a.json, byte 9")
  }

  @Test("says what to do about each kind", arguments: ExtractError.Kind.allCases)
  func remedies(kind: ExtractError.Kind) {
    #expect(ExtractError(kind, file: "a.json", "so it is").remedy?.isEmpty == false)
  }

  @Test("keeps the kind and the place of what a stream of records failed with")
  func fromStream() {
    let location = RecordStream.Location(offset: 9, line: 2, column: 3)
    let kinds: [(RecordStream.Failure, ExtractError.Kind)] = [
      (.malformed(.invalidNumber, location), .malformed), (.malformed(.invalidUTF8, location), .malformed),
      (.malformed(.truncated("a string"), location), .truncated), (.malformed(.empty, location), .empty),
      (.malformed(.noArray(.value(pointer: "", what: "null"), found: []), location), .pointer),
      (.malformed(.ambiguous, location), .pointer),
      (.tooLarge(location), .tooLarge),
    ]
    for (failure, kind) in kinds {
      let error = ExtractError(failure, file: "a.json")
      #expect(error.kind == kind)
      #expect(error.place == "a.json, byte 9 (line 2, column 3)")
    }
    let encoding = ExtractError(.encoding("UTF-16LE"), file: "a.json")
    #expect(encoding.kind == .encoding)
    #expect(encoding.remedy == "convert it: iconv -f UTF-16LE -t UTF-8 a.json > utf8.json")
    let comma = ExtractError(.malformed(.foreign(.commaBetweenRecords), location), file: "a b.json")
    #expect(comma.remedy == "take the commas out: sed 's/,[[:space:]]*$//' 'a b.json' > good.json")
    let inner = ExtractError(.changed, file: "b.json", "the file grew")
    #expect(ExtractError(.source(inner), file: "a.json") == inner)
  }
}
