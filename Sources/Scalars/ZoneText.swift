/// An offset from UTC as `Z`, `z`, `±HH`, `±HHMM`, `±HH:MM` or `±HH:MM:SS`: what stands there, whether or not PostgreSQL
/// has it.
public struct ZoneText {
  private var isWest = false
  private var hours = 0
  private var minutes = 0
  private var seconds = 0

  /// Nil where nothing of this form is at `cursor`.
  init?(_ cursor: inout ByteCursor) {
    if cursor.take(0x5A) || cursor.take(0x7A) { return }
    isWest = cursor.next == 0x2D
    guard cursor.take(0x2D) || cursor.take(0x2B), let hours = cursor.twoDigits() else { return nil }
    self.hours = hours
    if cursor.isAtEnd { return }
    let hasColon = cursor.take(0x3A)
    guard let minutes = cursor.twoDigits() else { return nil }
    self.minutes = minutes
    guard hasColon, cursor.take(0x3A) else { return }
    guard let seconds = cursor.twoDigits() else { return nil }
    self.seconds = seconds
  }

  /// Nil where the whole text is nothing of this form, or PostgreSQL has no such offset.
  public init?(_ text: String) {
    var text = text
    let zone = text.withUTF8 { bytes in
      var cursor = ByteCursor(UnsafeRawBufferPointer(bytes))
      return ZoneText(&cursor).flatMap { cursor.isAtEnd && $0.exists ? $0 : nil }
    }
    guard let zone else { return nil }
    self = zone
  }

  /// PostgreSQL's own limit of an offset.
  var exists: Bool { hours <= 15 && minutes <= 59 && seconds <= 59 }

  /// Seconds east of UTC.
  public var east: Int {
    let magnitude = (hours &* 60 &+ minutes) &* 60 &+ seconds
    return isWest ? -magnitude : magnitude
  }
}
