internal import Records
internal import Scalars

/// Reads one entry of `columns`.
enum ColumnReader {
  private enum Coercion: String, CaseIterable { case exact, lenient }

  static func read(_ node: YAMLNode, _ problems: Problems) -> Column? {
    guard let fields = Fields(node, .column, problems) else { return nil }
    fields.require("column", hint: ": its name")
    let name = NameReader.identifier("column", fields) ?? ""
    let type = type(fields)
    return Column(
      name: name,
      type: type ?? .scalar(.text),
      source: source(fields) ?? .value,
      isRequired: fields.flag("required") ?? false,
      default: `default`(fields),
      isLenient: fields.choice("coerce", Coercion.self) == .lenient,
      isTrimmed: fields.flag("trim") ?? false,
      zone: zone(fields, for: type),
      encoding: encoding(fields, for: type))
  }

  private static func type(_ fields: Fields) -> ColumnType? {
    fields.require("type")
    guard let scalar = fields.scalar("type") else { return nil }
    switch TypeName.read(scalar.text) {
    case .success(let type): return type
    case .failure(let refusal):
      fields.report("type", "\(Message.quoted(scalar.written)) \(refusal.reason)")
      return nil
    }
  }

  // MARK: at

  private static let sources: [(word: String, source: Column.Source)] = [
    ("$ordinal", .ordinal), ("$value", .value), ("$dataset", .dataset), ("$now", .now),
  ]

  private static func source(_ fields: Fields) -> Column.Source? {
    let likely = "/" + JSONPointer.escape(fields["column"]?.scalar?.written ?? "key")
    guard let text = fields.requiredText("at", hint: ": where its value lies, such as \(Message.quoted(likely))") else {
      return nil
    }
    if let source = sources.first(where: { $0.word == text })?.source { return source }
    if let pointer = JSONPointer(text) {
      PointerReader.check(pointer, "at", fields)
      return .pointer(pointer)
    }
    let words = sources.map(\.word)
    let hint =
      text.utf8.first == UInt8(ascii: "$")
      ? Suggestion.hint(for: text, among: words)
      : "; did you mean \(Message.quoted("/" + (fields["at"]?.scalar?.written ?? "")))?"
    fields.report(
      "at", "must be a JSON Pointer (`/key`, or \"\" for the whole record) or one of \(Message.list(words))\(hint)")
    return nil
  }

  // MARK: default

  private static func `default`(_ fields: Fields) -> Column.Default? {
    guard let node = fields["default"] else { return nil }
    if node.isBlank {
      fields.report("default", "has no value; write `null` or `\"\"`, or leave the key out")
      return nil
    }
    switch node.scalar?.text {
    case "$now": return .now
    case let word? where sources.contains { $0.word == word }:
      fields.report("default", "cannot be \(Message.quoted(word)); of these words only `$now` can stand here")
      return nil
    default: return JSONText.of(node).map { .json($0) }
    }
  }

  // MARK: encoding

  private static func encoding(_ fields: Fields, for type: ColumnType?) -> BinaryEncoding? {
    guard let encoding = fields.choice("encoding", BinaryEncoding.self) else { return nil }
    check("encoding", fields, for: type, \.takesEncoding)
    return encoding
  }

  // MARK: zone

  private static func zone(_ fields: Fields, for type: ColumnType?) -> Int? {
    guard let scalar = fields.scalar("zone") else { return nil }
    guard let seconds = seconds(ofZone: scalar.text) else {
      fields.report("zone", "must be `UTC`, or hours and minutes east of it as `+02:00` or `-05:30`")
      return nil
    }
    check("zone", fields, for: type, \.takesZone)
    return seconds
  }

  /// Refuses a key that the column's type has no use for; of a type of the target only the catalogue tells.
  private static func check(
    _ key: String, _ fields: Fields, for type: ColumnType?, _ takes: KeyPath<ScalarTraits, Bool>
  ) {
    switch type {
    case .scalar(let scalar), .array(let scalar):
      guard !scalar.traits[keyPath: takes] else { return }
      let known = ScalarType.allCases.filter { $0.traits[keyPath: takes] }.map(\.rawValue)
      fields.report(key, "is for columns of type \(Message.list(known))")
    case .named, nil: break
    }
  }

  /// Seconds east of UTC of `UTC` or `±HH:MM`.
  static func seconds(ofZone text: String) -> Int? {
    if text == "UTC" { return 0 }
    return text.utf8.count == 6 ? ZoneText(text)?.east : nil
  }
}
