import Records

/// `bool`, as PostgreSQL prints it and as `coerce: lenient` takes it.
enum BoolForm: CanonicalForm {
  static let kind = CanonicalKind.bool

  static func absorb(_ run: ByteRun, of column: ColumnForm, into hash: inout DigestHash, scratch: Scratch) -> Bool {
    guard let value = value(run) else { return false }
    hash.absorb(0, value ? .true : .false)
    return true
  }

  static func text(_ run: ByteRun, of column: ColumnForm, scratch: Scratch) -> String? {
    value(run).map { $0 ? "true" : "false" }
  }

  private static func value(_ run: ByteRun) -> Bool? {
    for word: StaticString in ["t", "true", "yes", "y", "on", "1"] where run.isLowercased(word) { return true }
    for word: StaticString in ["f", "false", "no", "n", "off", "0"] where run.isLowercased(word) { return false }
    return nil
  }
}
