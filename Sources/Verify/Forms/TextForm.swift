import Records

/// `text` and its kin: the string as it is.
enum TextForm: CanonicalForm {
  static let kind = CanonicalKind.text

  @inline(__always)
  static func absorb(_ run: ByteRun, of column: ColumnForm, into hash: inout DigestHash, scratch: Scratch) -> Bool {
    hash.absorb(text: content(run, of: column))
    return true
  }

  static func text(_ run: ByteRun, of column: ColumnForm, scratch: Scratch) -> String? {
    String(content(run, of: column))
  }

  @inline(__always) private static func content(_ run: ByteRun, of column: ColumnForm) -> ByteRun {
    column.isPadded ? run.withoutTrailingBlanks() : run
  }
}
