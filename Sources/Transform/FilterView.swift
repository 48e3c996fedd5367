internal import Records

/// Shows `where` the values of a record before it becomes a row: as they were found, and as their columns read them.
struct FilterView: ~Copyable {
  private struct Place {
    /// Among the tokens of a record.
    let token: Int
    /// What reads the value; nil for a place in the record.
    var encoder: FieldEncoder?
    /// What the column's values are; a place in the record has JSON.
    var operand = ScalarTraits.Operand.json
    var isArray = false
  }

  private var places: [Place]
  private var values: [FilterValues.Value] = []
  private var fields = ByteSink()

  /// - Parameters:
  ///   - places: those in the record have their tokens behind the columns', in their order.
  ///   - columns: of the layout.
  init(_ places: [FilterPlace], columns: [ColumnLayout]) {
    var next = columns.count
    self.places = places.map { place in
      switch place {
      case .column(let column):
        let layout = columns[column]
        return Place(
          token: column, encoder: FieldEncoder(column: layout), operand: layout.scalar.traits.operand,
          isArray: layout.isArray)
      case .record:
        defer { next += 1 }
        return Place(token: next)
      }
    }
  }

  /// Whether `filter` leaves out the record with these tokens.
  /// - Parameter defaults: for columns without a value.
  mutating func isLeftOut(
    _ tokens: UnsafeBufferPointer<Token>, defaults: [Token], _ ordinal: Int64, _ texts: FieldTexts,
    by filter: (FilterValues) throws(CancellationError) -> Bool
  ) throws(CancellationError) -> Bool {
    values.removeAll(keepingCapacity: true)
    fields.removeAll()
    for i in places.indices {
      var token = tokens[places[i].token]
      if token.kind == .missing, places[i].encoder != nil { token = defaults[places[i].token] }
      values.append(FilterValues.Value(token: token, field: read(token, i, ordinal, texts)))
    }
    return try values.withUnsafeBufferPointer { values throws(CancellationError) in
      try filter(FilterValues(values: values, fields: fields.bytes, texts: texts, ordinal: ordinal))
    }
  }

  private mutating func read(_ token: Token, _ place: Int, _ ordinal: Int64, _ texts: FieldTexts) -> Range<Int>? {
    guard reads(token.kind, place) else { return nil }
    let start = fields.count
    guard places[place].encoder?.encode(token, ordinal: ordinal, texts: texts, into: &fields) == nil else { return nil }
    return start + MemoryLayout<Int32>.size..<fields.count
  }

  /// Whether a column's reading says more of such a value than the token does.
  private func reads(_ kind: TokenKind, _ place: Int) -> Bool {
    switch kind {
    case .missing, .null, .ordinal: false
    // A number is compared as it is written.
    case .number where places[place].operand == .number: places[place].isArray
    default: places[place].operand != .json
    }
  }
}
