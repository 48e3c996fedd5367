public import Records

/// What a row is, from what PostgreSQL itself prints: a line of COPY … TO STDOUT in text format.
///
/// The session must print with `DateStyle` ISO, `TimeZone` UTC, `extra_float_digits` 1 or more, `bytea_output` hex,
/// `IntervalStyle` iso_8601 and `client_encoding` UTF8. One object serves one caller at a time.
public final class ActualDigest {
  private let layout: TableLayout
  private let forms: [ColumnForm]
  private let scratch = Scratch()
  /// The row's fields, where they are not taken in their order.
  private var fields: [PrintedField]

  public init(layout: TableLayout) {
    self.layout = layout
    forms = layout.columns.map { ColumnForm($0, side: .table) }
    fields = []
    fields.reserveCapacity(layout.columns.count)
  }

  /// The digest of one row.
  ///
  /// - Parameter row: the line with its line feed; the layout's columns in the layout's order. Nothing beyond it is read.
  /// - Throws: where the line has another number of fields or is cut off.
  public func digest(_ row: UnsafeRawBufferPointer) throws(VerifyError) -> RowDigest {
    guard var printed = PrintedRow(row) else { throw .cutRow(of: layout) }
    var hash = DigestHash(.row)
    for i in forms.indices {
      guard let field = printed.next() else { throw .fields(i, of: layout) }
      guard absorb(field, column: i, into: &hash) else { throw .cutRow(of: layout) }
    }
    guard printed.next() == nil else { throw .fields(forms.count + 1, of: layout) }
    return hash.finish()
  }

  /// The digest of one row, and that of its key columns alone, which finds the same row on the other side.
  public func digestWithKey(
    _ row: UnsafeRawBufferPointer
  ) throws(VerifyError) -> (row: RowDigest, key: RowDigest) {
    (try digest(row), try keyDigest(row))
  }

  /// The digest of a row's key columns, in the order of `layout.key`.
  public func keyDigest(_ row: UnsafeRawBufferPointer) throws(VerifyError) -> RowDigest {
    try split(row)
    var hash = DigestHash(.key)
    for i in layout.key {
      guard absorb(fields[i], column: i, into: &hash) else { throw .cutRow(of: layout) }
    }
    return hash.finish()
  }

  /// Every column of one row by itself, to say which of them differ and how. For reports: it allocates.
  public func columns(_ row: UnsafeRawBufferPointer) throws(VerifyError) -> [ColumnProof] {
    try split(row)
    var proofs: [ColumnProof] = []
    for i in forms.indices {
      var hash = DigestHash(.column)
      guard absorb(fields[i], column: i, into: &hash) else { throw .cutRow(of: layout) }
      proofs.append(
        ColumnProof(
          name: layout.columns[i].name, digest: hash.finish(), text: forms[i].text(of: fields[i], scratch: scratch)))
    }
    return proofs
  }

  private func split(_ row: UnsafeRawBufferPointer) throws(VerifyError) {
    guard var printed = PrintedRow(row) else { throw .cutRow(of: layout) }
    fields.removeAll(keepingCapacity: true)
    while fields.count <= forms.count, let field = printed.next() { fields.append(field) }
    guard fields.count == forms.count else { throw .fields(fields.count, of: layout) }
  }

  @inline(__always) private func absorb(_ field: PrintedField, column: Int, into hash: inout DigestHash) -> Bool {
    if !field.isEscaped {
      forms[column].absorb(printed: field.text, into: &hash, scratch: scratch)
    } else if field.isNull {
      hash.absorb(0, .null)
    } else {
      guard let text = CopyEscapes.decode(field.text, into: scratch.field) else { return false }
      forms[column].absorb(printed: text, into: &hash, scratch: scratch)
    }
    return true
  }
}
