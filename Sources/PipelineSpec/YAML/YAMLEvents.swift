// The C parser inside Yams. Yams' own tree has no place for an alias or for a repeated key, and hashes keys before
// anybody can refuse what they hold; the events come in the order of the file and expand nothing.
internal import CYaml

/// What a YAML text is made of, event by event.
struct YAMLEvent {
  var kind: Kind
  /// Counted from 1.
  var line: Int
  var column: Int
  var hasAnchor = false
  var hasTag = false
  /// Of a scalar without quotes: a comment follows on its line.
  var isBeforeComment = false

  enum Kind {
    case documentStart, documentEnd, streamEnd
    case sequenceStart, mappingStart, collectionEnd
    case alias
    case scalar(String, isPlain: Bool)
    /// What stands between the others and means nothing here.
    case other
  }
}

/// Pulls events out of a text. After an error it must not be asked again.
struct YAMLEvents: ~Copyable {
  // On the heap, because the parser keeps pointers to itself.
  private let parser: UnsafeMutablePointer<yaml_parser_t>
  private let text: UnsafeMutableBufferPointer<UInt8>
  /// How far the text was looked through for ends of scalars: characters, and the byte they end at.
  private var seen = (characters: 0, byte: 0)

  struct SyntaxError: Error {
    var line: Int
    var column: Int
    var message: String
  }

  init(text source: some Collection<UInt8>) {
    text = .allocate(capacity: source.count)
    _ = text.initialize(from: source)
    parser = .allocate(capacity: 1)
    parser.initialize(to: yaml_parser_t())
    yaml_parser_initialize(parser)
    yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
    yaml_parser_set_input_string(parser, text.baseAddress, text.count)
  }

  deinit {
    yaml_parser_delete(parser)
    parser.deallocate()
    text.deallocate()
  }

  mutating func next() throws(SyntaxError) -> YAMLEvent {
    var event = yaml_event_t()
    guard yaml_parser_parse(parser, &event) == 1 else { throw syntaxError() }
    defer { yaml_event_delete(&event) }
    var result = YAMLEvent(event)
    if case .scalar(_, isPlain: true) = result.kind {
      let end = byte(ofCharacter: Int(clamping: event.end_mark.index))
      let next = text[end...].first { $0 != UInt8(ascii: " ") && $0 != UInt8(ascii: "\t") }
      result.isBeforeComment = next == UInt8(ascii: "#")
    }
    return result
  }

  /// Where a character begins that is not before the last one asked for.
  private mutating func byte(ofCharacter index: Int) -> Int {
    while seen.characters < index, seen.byte < text.count {
      seen.byte += 1
      while seen.byte < text.count, text[seen.byte] & 0xC0 == 0x80 { seen.byte += 1 }
      seen.characters += 1
    }
    return seen.byte
  }

  private mutating func syntaxError() -> SyntaxError {
    let state = parser.pointee
    guard let problem = state.problem.map({ String(cString: $0) }) else {
      return SyntaxError(line: 1, column: 1, message: "the YAML parser ran out of memory")
    }
    if state.error == YAML_READER_ERROR {
      let (line, column) = place(ofByte: Int(clamping: state.problem_offset))
      return SyntaxError(line: line, column: column, message: "not valid YAML: \(problem)")
    }
    let mark = state.problem_mark
    let place = (line: Int(clamping: mark.line) + 1, column: Int(clamping: mark.column) + 1)
    if problem.hasPrefix("Maximum nesting level") {
      // The scanner reads ahead, and can meet its own limit before the composer meets its.
      return SyntaxError(line: place.line, column: place.column, message: YAMLComposer.tooDeep)
    }
    let context = state.context.map { String(cString: $0) + ": " } ?? ""
    let hint = wantsQuotes(at: Int(clamping: mark.index)) ? "; write the value in quotes" : ""
    return SyntaxError(
      line: place.line, column: place.column, message: "not valid YAML: \(context)\(problem)\(hint)")
  }

  /// Whether the text at a character can stand only in a quoted value.
  private mutating func wantsQuotes(at character: Int) -> Bool {
    seen = (0, 0)
    let place = byte(ofCharacter: character)
    let begins = place < text.count && "%@`,-[]".utf8.contains(text[place])
    let goesOn = place > 0 && "]}".utf8.contains(text[place - 1])
    return begins || goesOn
  }

  private func place(ofByte offset: Int) -> (line: Int, column: Int) {
    var line = 1
    var column = 1
    for byte in text.prefix(offset) {
      if byte == UInt8(ascii: "\n") {
        line += 1
        column = 1
      } else if byte & 0xC0 != 0x80 {
        column += 1
      }
    }
    return (line, column)
  }
}

extension YAMLEvent {
  fileprivate init(_ event: yaml_event_t) {
    line = Int(clamping: event.start_mark.line) + 1
    column = Int(clamping: event.start_mark.column) + 1
    switch event.type {
    case YAML_DOCUMENT_START_EVENT: kind = .documentStart
    case YAML_DOCUMENT_END_EVENT: kind = .documentEnd
    case YAML_STREAM_END_EVENT: kind = .streamEnd
    case YAML_ALIAS_EVENT: kind = .alias
    case YAML_SEQUENCE_START_EVENT:
      kind = .sequenceStart
      hasAnchor = event.data.sequence_start.anchor != nil
      hasTag = event.data.sequence_start.tag != nil
    case YAML_MAPPING_START_EVENT:
      kind = .mappingStart
      hasAnchor = event.data.mapping_start.anchor != nil
      hasTag = event.data.mapping_start.tag != nil
    case YAML_SEQUENCE_END_EVENT, YAML_MAPPING_END_EVENT: kind = .collectionEnd
    case YAML_SCALAR_EVENT:
      let scalar = event.data.scalar
      let bytes = UnsafeBufferPointer(start: scalar.value, count: Int(clamping: scalar.length))
      kind = .scalar(String(decoding: bytes, as: UTF8.self), isPlain: scalar.style == YAML_PLAIN_SCALAR_STYLE)
      hasAnchor = scalar.anchor != nil
      hasTag = scalar.tag != nil
    default: kind = .other
    }
  }
}
