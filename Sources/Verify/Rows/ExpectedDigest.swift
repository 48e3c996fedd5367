public import Records

/// What the source's tokens say a row must be once PostgreSQL prints it.
///
/// One object serves one caller at a time; it keeps scratch memory, so that a row costs no allocation. Values that
/// `TYPES.md` does not accept have a digest that no table's row has.
public final class ExpectedDigest {
  private let layout: TableLayout
  private let forms: [ColumnForm]
  private let scratch = Scratch()

  public init(layout: TableLayout) {
    self.layout = layout
    forms = layout.columns.map { ColumnForm($0, side: .source) }
  }

  /// The digest of one row.
  ///
  /// - Parameters:
  ///   - tokens: one token per column, in the layout's order.
  ///   - ordinal: the record's place in its file, for `$ordinal`.
  ///   - texts: what the tokens point into; every text is followed by at least 16 readable bytes.
  public func digest(_ tokens: UnsafeBufferPointer<Token>, ordinal: Int64, texts: FieldTexts) -> RowDigest {
    precondition(tokens.count == forms.count)
    let scratch = scratch
    return forms.withUnsafeBufferPointer { forms in
      var hash = DigestHash(.row)
      for i in forms.indices {
        forms[i].absorb(Self.value(of: tokens[i], ordinal, texts, scratch), into: &hash, scratch: scratch)
      }
      return hash.finish()
    }
  }

  /// The digest of one row, and that of its key columns alone, which finds the same row on the other side.
  public func digestWithKey(
    _ tokens: UnsafeBufferPointer<Token>, ordinal: Int64, texts: FieldTexts
  ) -> (row: RowDigest, key: RowDigest) {
    (digest(tokens, ordinal: ordinal, texts: texts), keyDigest(tokens, ordinal: ordinal, texts: texts))
  }

  /// The digest of a row's key columns, in the order of `layout.key`.
  public func keyDigest(_ tokens: UnsafeBufferPointer<Token>, ordinal: Int64, texts: FieldTexts) -> RowDigest {
    precondition(tokens.count == forms.count)
    var hash = DigestHash(.key)
    for i in layout.key {
      forms[i].absorb(Self.value(of: tokens[i], ordinal, texts, scratch), into: &hash, scratch: scratch)
    }
    return hash.finish()
  }

  /// Every column of one row by itself, to say which of them differ and how. For reports: it allocates.
  public func columns(
    _ tokens: UnsafeBufferPointer<Token>, ordinal: Int64, texts: FieldTexts
  ) -> [ColumnProof] {
    precondition(tokens.count == forms.count)
    return forms.indices.map { i in
      let value = Self.value(of: tokens[i], ordinal, texts, scratch)
      var hash = DigestHash(.column)
      forms[i].absorb(value, into: &hash, scratch: scratch)
      return ColumnProof(
        name: layout.columns[i].name, digest: hash.finish(), text: forms[i].text(of: value, scratch: scratch))
    }
  }

  @inline(__always)
  private static func value(of token: Token, _ ordinal: Int64, _ texts: FieldTexts, _ scratch: Scratch) -> SourceValue {
    let text = ByteRun(texts.bytes(of: token), padding: 16) ?? scratch.element.run(0)
    return SourceValue(kind: token.kind, text: text, isEscaped: token.isEscaped, ordinal: ordinal)
  }
}
