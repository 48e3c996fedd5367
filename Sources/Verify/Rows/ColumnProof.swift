public import Records

/// One column of one row, by itself: equal digests mean equal values, and the text shows them.
public struct ColumnProof: Sendable, Hashable {
  public var name: String
  public var digest: RowDigest
  /// The value in one form for both sides, so that equal values read the same; nil for SQL NULL.
  public var text: String?

  public init(name: String, digest: RowDigest, text: String?) {
    self.name = name
    self.digest = digest
    self.text = text
  }
}

extension ColumnForm {
  /// What a report shows of a source's value.
  func text(of value: SourceValue, scratch: Scratch) -> String? {
    switch value.kind {
    case .missing, .null: return nil
    case .array where isArray:
      var elements: [String?] = []
      guard var array = SourceArray(value.text) else { return String(value.text) }
      while let element = array.next() {
        elements.append(element.kind == .null ? nil : scalarText(of: element, scratch: scratch))
      }
      return array.isClosed ? Self.text(ofElements: elements) : String(value.text)
    default:
      let text = scalarText(of: value, scratch: scratch)
      return isArray ? Self.text(ofElements: [text]) : text
    }
  }

  private func scalarText(of value: SourceValue, scratch: Scratch) -> String {
    switch (kind, value.kind) {
    case (.jsonb, .string):
      return CanonicalJSON.quoted(String(decoded(value, scratch: scratch)))
    case (_, .string) where kind != .json:
      return text(ofScalar: content(of: value, scratch: scratch), scratch: scratch)
    case (.decimal, .true): return "1"
    case (.decimal, .false): return "0"
    case (.bool, .number):
      let number = ExactDecimal(value.text, digits: scratch.digits)
      return number.map { $0.isZero ? "false" : "true" } ?? String(value.text)
    default:
      return text(ofScalar: jsonText(of: value, scratch: scratch), scratch: scratch)
    }
  }

  /// What a report shows of a printed value.
  func text(of field: PrintedField, scratch: Scratch) -> String? {
    if field.isNull { return nil }
    let content = field.isEscaped ? CopyEscapes.decode(field.text, into: scratch.field) ?? field.text : field.text
    guard isArray else { return text(ofScalar: content, scratch: scratch) }
    var elements: [String?] = []
    guard var array = PrintedArray(content) else { return String(content) }
    while let element = array.next() {
      switch element {
      case .null: elements.append(nil)
      case .text(let text, let isEscaped):
        let content = isEscaped ? PrintedArray.decode(text, into: scratch.element) : text
        elements.append(self.text(ofScalar: content, scratch: scratch))
      }
    }
    return array.isClosed ? Self.text(ofElements: elements) : String(content)
  }

  private static func text(ofElements elements: [String?]) -> String {
    "[" + elements.map { $0.map(CanonicalJSON.quoted) ?? "null" }.joined(separator: ",") + "]"
  }
}

extension String {
  init(_ run: ByteRun) { self.init(decoding: run.buffer, as: UTF8.self) }
}
