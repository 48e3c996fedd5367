import Records
import Testing

@Suite struct ExitStatusTests {
  @Test("The numbers are the published ones")
  func numbers() {
    let published: [Records.ExitStatus: Int32] = [
      .success: 0, .failure: 1, .rejects: 3, .data: 4, .integrity: 5, .schema: 6, .database: 7, .source: 8,
      .resume: 9, .refused: 10, .storage: 11, .usage: 64, .pipeline: 78, .interrupted: 130, .terminated: 143,
    ]
    #expect(Records.ExitStatus.allCases.count == published.count)
    for status in Records.ExitStatus.allCases { #expect(published[status] == status.rawValue, "\(status)") }
  }
}
