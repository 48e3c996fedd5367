import Records

/// `json`: the text, byte for byte.
enum JSONForm: CanonicalForm {
  static let kind = CanonicalKind.json

  static func absorb(_ run: ByteRun, of column: ColumnForm, into hash: inout DigestHash, scratch: Scratch) -> Bool {
    hash.absorb(text: run)
    return true
  }

  static func text(_ run: ByteRun, of column: ColumnForm, scratch: Scratch) -> String? { String(run) }
}

/// `jsonb`: the value, whatever the order of its keys.
enum JSONBForm: CanonicalForm {
  static let kind = CanonicalKind.jsonb

  static func absorb(_ run: ByteRun, of column: ColumnForm, into hash: inout DigestHash, scratch: Scratch) -> Bool {
    JSONDigest.absorb(run, into: &hash, scratch: scratch)
  }

  static func text(_ run: ByteRun, of column: ColumnForm, scratch: Scratch) -> String? {
    CanonicalJSON.text(run, scratch: scratch)
  }
}
