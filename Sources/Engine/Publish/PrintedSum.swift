internal import Records
internal import Verify

/// Adds up rows as COPY prints them. One owner.
final class PrintedSum {
  private let actual: ActualDigest
  private(set) var rows = 0
  private(set) var digest = RowDigest()

  init(_ layout: TableLayout) { actual = ActualDigest(layout: layout) }

  func take(_ row: UnsafeRawBufferPointer) throws(VerifyError) {
    digest &+= try actual.digest(row)
    rows += 1
  }
}
