import Platform
import Testing

@testable import SampleData

@Suite struct InstantTests {
  @Test("Every day of 140 years, leap days among them, is the day that gmtime says")
  func days() {
    for day in 0..<UInt64(51_000) {
      let (year, month, date) = Instant(milliseconds: day * 86_400_000 + 86_399_999).date
      var seconds = time_t(day * 86_400)
      var parts = tm()
      gmtime_r(&seconds, &parts)
      let same = year == parts.tm_year + 1900 && month == parts.tm_mon + 1 && date == parts.tm_mday
      guard same else {
        Issue.record("day \(day): \(year)-\(month)-\(date)")
        return
      }
    }
  }

  @Test("The clock begins again after ten years and stays in order until then")
  func wrap() {
    let last = UInt64(3_652 * 86_400_000) / Instant.spacing - 1
    #expect(Instant(ofRecord: 0, jitter: 0).milliseconds == Instant.firstEvent.milliseconds)
    #expect(Instant(ofRecord: last, jitter: .max).date.year == 2035)
    #expect(Instant(ofRecord: last + 1, jitter: 0).milliseconds == Instant.firstEvent.milliseconds)
    #expect(Instant(ofRecord: 7, jitter: .max).milliseconds < Instant(ofRecord: 8, jitter: 0).milliseconds)
  }
}
