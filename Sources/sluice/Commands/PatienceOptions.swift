import ArgumentParser
import Engine

/// How long a command bears with a server that is away.
struct PatienceOptions: ParsableArguments {
  @Option(
    name: .long,
    help: ArgumentHelp(
      "How long to try again while the server restarts, is full or busy: seconds, or 30s, 5m, 1h; 0: not at all.",
      valueName: "time"),
    transform: { text in
      guard let duration = PatienceOptions.duration(text) else {
        throw ValidationError("takes seconds, or a number and s, m or h")
      }
      return duration
    })
  var retryFor: Duration?

  var limit: Duration { retryFor ?? RunOptions().retryFor }

  /// `90`, `90s`, `5m`, `1h`
  private static func duration(_ text: String) -> Duration? {
    let units = ["s": 1, "m": 60, "h": 3600]
    let unit = text.last.flatMap { units[String($0)] }
    let digits = unit == nil ? text[...] : text.dropLast()
    guard digits.utf8.allSatisfy({ UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }), let number = Int(digits),
      number <= 1_000_000
    else { return nil }
    return .seconds(number * (unit ?? 1))
  }
}
