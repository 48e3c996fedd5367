public import PipelineSpec
public import Records

/// Brings rows that were encoded without a table at hand to the table they are to fill: what PostgreSQL would round or
/// cut is refused, as the encoder would have refused it had it known; arrays get the table's type of elements.
///
/// One owner.
public struct TableFit: Sendable {
  /// What is to be looked at in one column.
  struct Demand: Sendable {
    var column: Int
    var layout: ColumnLayout
    var pointer: String
    /// Of an enum, where the rows were not held against them.
    var labels: LabelSet?
    /// The array's type of elements is to be replaced.
    var changesElement: Bool
  }

  /// By column.
  private let demands: [Demand]
  private let columns: Int

  /// - Parameters:
  ///   - file: what the rows were encoded for.
  ///   - table: the same columns as the table has them; see `misfits`.
  public init(file: TableLayout, table: TableLayout, columns: [Column]) {
    self.columns = table.columns.count
    demands = table.columns.indices.compactMap { i in
      let (old, new) = (file.columns[i], table.columns[i])
      let changesElement = new.isArray && old.elementOID != new.elementOID
      let labels = old.labels == new.labels ? nil : new.labels
      guard old.limit != new.limit || labels != nil || changesElement else { return nil }
      return Demand(
        column: i, layout: new, pointer: columns[i].pointerText, labels: labels.map { LabelSet($0) },
        changesElement: changesElement)
    }
  }

  /// Why rows of the file cannot be loaded into the table, a sentence a column; empty where they can.
  public static func misfits(file: TableLayout, table: TableLayout) -> [String] {
    guard file.schema == table.schema, file.table == table.table else {
      return ["it is made for table \(file.schema).\(file.table), not \(table.schema).\(table.table)"]
    }
    guard file.columns.map(\.name) == table.columns.map(\.name), file.key == table.key else {
      return ["it has other columns or another key than the dataset"]
    }
    return zip(file.columns, table.columns).compactMap { old, new in
      guard old.scalar == new.scalar, old.isArray == new.isArray else {
        return "column \(new.name): it has values of \(old.typeName), the table has \(new.typeName)"
      }
      guard old.isLenient == new.isLenient, old.isTrimmed == new.isTrimmed, old.zone == new.zone,
        old.encoding == new.encoding
      else {
        return "column \(new.name): it was made with other options of the column"
      }
      guard old.limit == .none || old.limit == new.limit else {
        return "column \(new.name): it was made for \(old.typeName), the table has \(new.typeName)"
      }
      let isPadded = new.typeName.hasPrefix("character(") || new.typeName.hasPrefix("bpchar")
      guard !isPadded || old.typeName == new.typeName else {
        return "column \(new.name): \(new.typeName) pads its values, which the file's digests do not know"
      }
      return nil
    }
  }

  /// Takes the records out of the batch of which the table would change a row, and says why.
  public func fit(_ batch: inout RowBatch) {
    guard !demands.isEmpty, !batch.records.isEmpty else { return }
    var refused: [Int: Rejection] = [:]
    for i in batch.records.indices {
      var rejection: Rejection?
      for row in batch.own.rows(ofRecord: i) {
        let range = batch.own.range(ofRow: row)
        problems(in: UnsafeMutableRawBufferPointer(rebasing: batch.own.bytes.mutableBytes[range])) { demand, problem in
          let reason = problem.reason(column: demand.layout)
          if rejection == nil {
            rejection = Rejection(
              position: batch.records[i], pointer: demand.pointer, stage: .transform, code: problem.code,
              reason: reason)
          } else {
            rejection?.add("\(demand.pointer): \(reason)", code: problem.code)
          }
        }
      }
      if let rejection { refused[i] = rejection }
    }
    guard !refused.isEmpty else { return }
    batch.rejections += refused.sorted { $0.key < $1.key }.map(\.value)
    batch.removeRecords { refused[$0] != nil }
  }

  /// Tells the demands that the row does not meet.
  private func problems(in tuple: UnsafeMutableRawBufferPointer, _ tell: (Demand, ValueProblem) -> Void) {
    guard var fields = BinaryFields(tuple: UnsafeRawBufferPointer(tuple), count: columns) else {
      return demands[0..<1].forEach { tell($0, $0.malformed) }
    }
    var column = -1
    for demand in demands {
      var field = BinaryFields.Field.null
      while column < demand.column {
        guard let next = fields.next() else { return tell(demand, demand.malformed) }
        field = next
        column += 1
      }
      guard case .value(let range) = field else { continue }
      let value = UnsafeMutableRawBufferPointer(rebasing: tuple[range])
      if let problem = demand.problem(in: value) { tell(demand, problem) }
    }
  }
}

extension Column {
  /// Where its value comes from, as rejections name it.
  var pointerText: String {
    switch source {
    case .pointer(let pointer): pointer.description
    case .value, .ordinal, .dataset, .now: name
    }
  }
}
