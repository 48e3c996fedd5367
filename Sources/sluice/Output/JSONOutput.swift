import Foundation
import Records

/// Results as JSON on standard output.
enum JSONOutput {
  /// One document.
  static func write(_ value: some Encodable) throws {
    try Console.offer(unchanged: text(value, [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]))
  }

  /// One line of JSON Lines.
  /// - Returns: false when nobody reads it any more.
  @discardableResult
  static func writeLine(_ value: some Encodable) throws -> Bool { try Console.offer(unchanged: line(value)) }

  static func line(_ value: some Encodable) throws -> String {
    try text(value, [.sortedKeys, .withoutEscapingSlashes])
  }

  private static func text(_ value: some Encodable, _ formatting: JSONEncoder.OutputFormatting) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = formatting
    return String(decoding: try encoder.encode(value), as: UTF8.self).visibleJSON
  }
}
