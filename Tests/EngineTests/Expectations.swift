import Engine
import Postgres
import Records
import Reports
import TestSupport
import Testing

/// The one dataset of a report.
func part(_ report: Report) throws -> DatasetReport { try #require(report.datasets.first, "\(report.error as Any)") }

/// Everything was loaded and proved.
func expectVerified(
  _ report: Report, rows: Int, rejected: Int = 0, filtered: Int = 0, location: SourceLocation = #_sourceLocation
) throws {
  #expect(report.error == nil, sourceLocation: location)
  #expect(report.outcome == .verified, sourceLocation: location)
  #expect(report.exit == (rejected > 0 ? Records.ExitStatus.rejects : .success).rawValue, sourceLocation: location)
  #expect(report.differences.isEmpty, sourceLocation: location)
  let part = try part(report)
  #expect(part.loaded == rows, sourceLocation: location)
  #expect(part.rejected == rejected, sourceLocation: location)
  #expect(part.filtered == filtered, sourceLocation: location)
  #expect(part.read == rows + rejected + filtered, sourceLocation: location)
  #expect(part.parity?.mode == .strict && part.parity?.counts == nil, sourceLocation: location)
  #expect(part.parity?.actual == part.parity?.expected, sourceLocation: location)
}

/// The run failed, with this status.
func expectFailed(
  _ report: Report, _ status: Records.ExitStatus, _ code: String, location: SourceLocation = #_sourceLocation
) {
  #expect(report.outcome == (code == "run.unverifiable" ? .unverified : .failed), sourceLocation: location)
  #expect(report.exit == status.rawValue, sourceLocation: location)
  #expect(report.error?.code == code, "\(report.error as Any)", sourceLocation: location)
}
