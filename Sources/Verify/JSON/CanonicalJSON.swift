/// JSON text as reports show it: no white space, members sorted by key, numbers in their canonical form; so that equal
/// values read the same whoever wrote them.
enum CanonicalJSON {
  /// Nil where `run` is no JSON value.
  static func text(_ run: ByteRun, scratch: Scratch) -> String? {
    var writer = Writer(text: run, place: run.start, scratch: scratch)
    return writer.write()
  }

  /// A JSON string with the fewest escapes.
  static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\r": result += "\\r"
      case "\t": result += "\\t"
      case ..<" ": result += "\\u00" + (scalar.value < 16 ? "0" : "") + String(scalar.value, radix: 16)
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }

  /// An open container with the texts of its elements.
  private struct Frame {
    var isObject: Bool
    var key = ""
    var elements: [(key: String, text: String)] = []

    var text: String {
      guard isObject else { return "[" + elements.map(\.text).joined(separator: ",") + "]" }
      let members = elements.sorted { $0.key < $1.key }.map { "\(quoted($0.key)):\($0.text)" }
      return "{" + members.joined(separator: ",") + "}"
    }
  }

  private struct Writer {
    let text: ByteRun
    var place: UnsafePointer<UInt8>
    let scratch: Scratch
    var frames: [Frame] = []

    private var current: UInt8 { place < text.end ? place.pointee : 0 }

    private mutating func skipSpace() {
      while place < text.end, place.pointee <= 0x20 { place += 1 }
    }

    mutating func write() -> String? {
      while true {
        skipSpace()
        var value: String
        switch current {
        case 0x7B, 0x5B:
          frames.append(Frame(isObject: current == 0x7B))
          place += 1
          skipSpace()
          if current != 0x7D, current != 0x5D {
            guard beginElement() else { return nil }
            continue
          }
          place += 1
          guard let frame = frames.popLast() else { return nil }
          value = frame.text
        default:
          guard let scalar = scalar() else { return nil }
          value = scalar
        }
        guard let finished = close(around: &value) else { continue }
        return finished ? value : nil
      }
    }

    /// Puts a value where it belongs and closes what ends after it. True when the text ends there, false when it makes
    /// no sense, nil when another value follows.
    private mutating func close(around value: inout String) -> Bool? {
      while let last = frames.indices.last {
        frames[last].elements.append((frames[last].key, value))
        skipSpace()
        let byte = current
        place += place < text.end ? 1 : 0
        if byte == 0x2C { return beginElement() ? nil : false }
        guard byte == (frames[last].isObject ? 0x7D : 0x5D), let frame = frames.popLast() else { return false }
        value = frame.text
      }
      skipSpace()
      return place == text.end
    }

    private mutating func beginElement() -> Bool {
      guard let last = frames.indices.last, frames[last].isObject else { return true }
      skipSpace()
      guard let key = string() else { return false }
      frames[last].key = key
      skipSpace()
      guard current == 0x3A else { return false }
      place += 1
      return true
    }

    private mutating func scalar() -> String? {
      switch current {
      case 0x22: return string().map(quoted)
      case 0x2D, 0x30...0x39: return ExactDecimal(at: &place, of: text, digits: scratch.digits)?.text
      default:
        let start = place
        while place < text.end, place.pointee &- 0x61 < 26 { place += 1 }
        let word = String(text.part(start, place))
        return ["true", "false", "null"].contains(word) ? word : nil
      }
    }

    private mutating func string() -> String? {
      guard current == 0x22 else { return nil }
      let start = place + 1
      var stop = text.find(0x22, or: 0x5C, from: start)
      while let found = stop, found.pointee == 0x5C {
        guard text.end - found >= 2 else { return nil }
        stop = text.find(0x22, or: 0x5C, from: found + 2)
      }
      guard let end = stop else { return nil }
      place = end + 1
      return String(JSONEscapes.decode(text.part(start, end), into: scratch.string))
    }
  }
}
