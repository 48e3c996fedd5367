import Records

/// The canonical form of one column, from one side: how its values become the blocks that are hashed.
///
/// Both sides end in the same blocks; they differ in what they start from and in what they may forgive. Only the source
/// is rounded (`coerce: lenient`) and given a zone: what a table holds is taken as it is.
struct ColumnForm {
  enum Side {
    case source, table
  }

  let side: Side
  let kind: CanonicalKind
  let isArray: Bool
  /// `char(n)`: blanks at the end are padding.
  let isPadded: Bool
  let isTrimmed: Bool
  /// White space around numbers and addresses is passed over.
  let isLenient: Bool
  let zone: Int?
  /// How the source writes bytes; PostgreSQL prints them as `\x` and digits.
  let encoding: BinaryEncoding?
  /// Digits after the point that a decimal is rounded to; nil: it is not.
  let scale: Int?
  /// Digits after the second that a time is rounded to.
  let fraction: Int
  private let form: any CanonicalForm.Type

  init(_ column: ColumnLayout, side: Side) {
    self.side = side
    form = column.scalar.canonicalForm
    kind = form.kind
    isArray = column.isArray
    isPadded = kind == .text && (column.typeName.hasPrefix("character(") || column.typeName.hasPrefix("bpchar"))
    let isSource = side == .source
    isTrimmed = isSource && column.isTrimmed
    isLenient = isSource && column.isLenient
    zone = isSource ? column.zone : nil
    encoding = isSource ? column.encoding : nil
    scale = isLenient ? form.scale(within: column.limit) : nil
    if isSource, case .fraction(let digits) = column.limit {
      fraction = min(max(digits, 0), 6)
    } else {
      fraction = 6
    }
  }

  /// The kind of what no form takes.
  var unreadable: BlockKind { side == .source ? .unreadableSource : .unreadableTable }

  /// Absorbs a scalar from its text: a JSON string's content, any other JSON value as written, or what PostgreSQL prints.
  @inline(__always) func absorb(_ run: ByteRun, into hash: inout DigestHash, scratch: Scratch) {
    if kind == .text {
      _ = TextForm.absorb(run, of: self, into: &hash, scratch: scratch)
    } else if !absorbReadable(run, into: &hash, scratch: scratch) {
      hash.absorb(unreadable: run, as: unreadable)
    }
  }

  @inline(never) private func absorbReadable(_ run: ByteRun, into hash: inout DigestHash, scratch: Scratch) -> Bool {
    form.absorb(isLenient ? run.trimmed() : run, of: self, into: &hash, scratch: scratch)
  }

  /// The canonical text of a scalar, for reports; what no form takes is shown as it is.
  func text(ofScalar written: ByteRun, scratch: Scratch) -> String {
    let run = isLenient && kind != .text ? written.trimmed() : written
    return form.text(run, of: self, scratch: scratch) ?? String(written)
  }
}
