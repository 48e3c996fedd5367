import CLibPQ

extension PostgresError {
  /// What the server says in an error result.
  /// - Parameters:
  ///   - place: where the error is when the server names no table.
  ///   - command: what the server was asked to do.
  ///   - table: the target of a COPY, to find the row in its CONTEXT.
  static func server(
    _ result: OpaquePointer, place: String, command: SQL, table: Identifier?, redaction: Redaction
  ) -> PostgresError {
    func field(_ code: Int32) -> String? {
      PQresultErrorField(result, code).map { redaction(String(cString: $0)) }
    }
    guard let state = field(DIAGNOSTIC_SQLSTATE) else {
      let text = PQresultErrorMessage(result).map { redaction(oneLine(String(cString: $0))) } ?? ""
      return PostgresError(.connectionLost, text.isEmpty ? "the connection to the server broke" : text, place: place)
    }
    let primary = field(DIAGNOSTIC_PRIMARY) ?? ""
    let (context, hint) = (field(DIAGNOSTIC_CONTEXT), field(DIAGNOSTIC_HINT))
    var details = [primary]
    if let text = field(DIAGNOSTIC_DETAIL) { details.append("DETAIL: \(text)") }
    if let hint { details.append("HINT: \(hint)") }
    if let context { details.append("CONTEXT: \(context)") }
    let names = [
      DIAGNOSTIC_SCHEMA, DIAGNOSTIC_TABLE, DIAGNOSTIC_COLUMN, DIAGNOSTIC_TYPE, DIAGNOSTIC_CONSTRAINT,
    ].compactMap(field)
    let row = context.flatMap { copyRow(in: $0, table: table) }
    let kind = Kind(
      sqlState: state, of: command, hasRow: row != nil, endsSession: field(DIAGNOSTIC_SEVERITY) != "ERROR")
    let isForbidden = kind == .permission && Kind.isRaised(state.prefix(2))
    return PostgresError(
      kind, safeMessage(primary, in: function(in: context), hint: hint, state: state, command), sqlState: state,
      place: names.isEmpty ? place : names.joined(separator: "."),
      remedy: isForbidden ? "have the event trigger let this role through, then resume" : nil,
      detail: details.joined(separator: "\n"), copyRow: row,
      column: field(DIAGNOSTIC_COLUMN) ?? context.flatMap { copyColumn(in: $0, table: table) },
      key: isOfKey(state) && field(DIAGNOSTIC_CONSTRAINT) != nil ? field(DIAGNOSTIC_DETAIL).map(shortened) : nil)
  }

  /// Constraints that refuse a key and say which: of others the detail is the row.
  private static func isOfKey(_ state: String) -> Bool { ["23503", "23505", "23P01"].contains(state) }

  private static func shortened(_ text: String) -> String {
    let line = oneLine(text)
    return line.count > 200 ? line.prefix(200) + "…" : line
  }

  /// The server's message and hint where they only name objects; our own where they may quote a value.
  private static func safeMessage(
    _ primary: String, in function: String?, hint: String?, state: String, _ command: SQL
  ) -> String {
    let place = "(SQLSTATE \(state))" + (function.map { ", in \($0)" } ?? "")
    let hint = hint.map { "; HINT: " + oneLine($0) } ?? ""
    return switch state.prefix(2) {
    case "22": "the server refuses a value: \(valueFault(state)) \(place)"
    case "23", "44": "\(oneLine(primary)) \(place)"
    case let sqlClass where Kind.isRaised(sqlClass):
      if let definition = command.definition {
        "an event trigger or function refuses \(definition): \(oneLine(primary)) \(place)\(hint)"
      } else if command == "COMMIT" {
        "a deferred trigger or function of the database refuses the transaction \(place)"
      } else {
        "a trigger or function of the database refuses the row \(place)"
      }
    default: "\(oneLine(primary)) \(place)\(hint)"
    }
  }

  private static func valueFault(_ state: String) -> String {
    switch state {
    case "22001": "too long for its column"
    case "22003": "out of its type's range"
    case "22007", "22008": "not a date or time the type can hold"
    case "22021", "22P05": "not valid in the encoding"
    case "22023": "not allowed for a parameter or function"
    case "22030": "a JSON key met twice"
    case "22032", "22P02": "not a text of its type"
    case "22P03": "not a binary value of its type"
    case "22P04": "COPY data that do not fit the columns"
    default: "not accepted by its type"
    }
  }

  /// The first integer after `COPY <table>, ` at the start of a line: the words around it are translated, it is not.
  static func copyRow(in context: String, table: Identifier?) -> Int? {
    copyPlace(in: context, table: table).flatMap { Int(String(decoding: $0.prefix(while: isDigit), as: UTF8.self)) }
  }

  /// What stands behind one more comma and word, `COPY <table>, line 7, column name`, without the value that text has.
  static func copyColumn(in context: String, table: Identifier?) -> String? {
    guard let place = copyPlace(in: context, table: table) else { return nil }
    let rest = place.drop(while: isDigit).prefix { $0 != UInt8(ascii: "\n") }
    guard rest.starts(with: ", ".utf8), let space = rest.dropFirst(2).firstIndex(of: UInt8(ascii: " ")) else {
      return nil
    }
    let name = String(decoding: rest[(space + 1)...], as: UTF8.self)
    return name.firstRange(of: ": \"").map { String(name[..<$0.lowerBound]) } ?? name
  }

  /// The text from that integer on.
  private static func copyPlace(in context: String, table: Identifier?) -> ArraySlice<UInt8>? {
    let bytes = Array(context.utf8)
    let start = Array("COPY \(table.map { $0.name + ", " } ?? "")".utf8)
    for place in bytes.indices where place == 0 || bytes[place - 1] == UInt8(ascii: "\n") {
      guard bytes[place...].starts(with: start) else { continue }
      var rest = bytes[(place + start.count)...]
      if table == nil { rest = rest.drop { $0 != UInt8(ascii: ",") } }
      return rest.drop { !isDigit($0) }
    }
    return nil
  }

  private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

  /// Line ends become `; `, other control characters spaces.
  static func oneLine(_ text: String) -> String {
    let lines = text.split(whereSeparator: \.isNewline).map { line in
      String(line.unicodeScalars.map { $0.value < 0x20 || $0.value == 0x7F ? " " : Character($0) })
    }
    return lines.map { String($0.drop { $0 == " " }) }.joined(separator: "; ")
  }
}
