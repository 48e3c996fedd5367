import Records
import Testing

@Suite struct ReportableErrorTests {
  @Test("An error reads: place, message, remedy")
  func description() {
    var error = Sample(message: "the array is not closed")
    #expect("\(error)" == "the array is not closed")
    error.place = "events.json, line 3"
    #expect("\(error)" == "events.json, line 3: the array is not closed")
    error.remedy = "fetch the file again"
    #expect("\(error)" == "events.json, line 3: the array is not closed (fetch the file again)")
  }

  @Test("What may hold rows is not printed")
  func detail() {
    let error = Sample(message: "refused", detail: "row 1: Jane")
    #expect(!"\(error)".contains("Jane"))
  }
}

private struct Sample: ReportableError {
  let code = "sample.kind"
  var message: String
  var place: String?
  var remedy: String?
  var detail: String?
  let exitStatus = Records.ExitStatus.source
}
