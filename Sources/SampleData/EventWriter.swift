import Records

extension JSONWriter {
  /// Writes the event with this number, counted from 0: always the same bytes for the same seed.
  mutating func event(_ number: UInt64, seed: UInt64) {
    var random = SplitMix64(seed: seed, record: number)
    let instant = Instant(ofRecord: number, jitter: random.next())
    let isAuthenticated = !random.oneIn(3)

    open("{")
    key("id")
    identifier(&random)
    key("type")
    string(random.pick(Vocabulary.types))
    key("user")
    string("u_") { $0.appendDecimal(random.below(250_000), width: 6) }
    key("session")
    string("s_") { $0.appendHex(random.next(), digits: 12) }
    key("path")
    string(random.pick(Vocabulary.sections)) { $0.appendDecimal(random.below(100_000)) }
    key("referrer")
    if random.oneIn(4) { raw("null") } else { string(random.pick(Vocabulary.referrers)) }
    key("ts")
    string("") { $0.appendTimestamp(instant) }
    key("day")
    string("") { $0.appendDate(instant) }
    key("authenticated")
    raw(isAuthenticated ? "true" : "false")
    key("status")
    out.appendDecimal(random.pick(Vocabulary.statuses))
    key("duration")
    duration(&random)
    key("props")
    properties(&random)
    close("}")
  }

  /// A UUID of version 4.
  private mutating func identifier(_ random: inout SplitMix64) {
    let (high, low) = (random.next(), random.next())
    string("") { out in
      out.appendHex(high >> 32, digits: 8)
      out.append(UInt8(ascii: "-"))
      out.appendHex(high >> 16, digits: 4)
      out.append(UInt8(ascii: "-"))
      out.appendHex(high & 0x0FFF | 0x4000, digits: 4)
      out.append(UInt8(ascii: "-"))
      out.appendHex(low >> 48 & 0x3FFF | 0x8000, digits: 4)
      out.append(UInt8(ascii: "-"))
      out.appendHex(low, digits: 12)
    }
  }

  /// Milliseconds, mostly with three digits after the point, now and then an integer or with an exponent.
  private mutating func duration(_ random: inout SplitMix64) {
    out.appendDecimal(random.below(20_000))
    let shape = random.below(64)
    if shape == 0 { return }
    out.append(UInt8(ascii: "."))
    out.appendDecimal(random.below(1_000), width: 3)
    if shape == 1 { raw("e-02") }
  }

  private mutating func properties(_ random: inout SplitMix64) {
    open("{")
    key("title")
    string(random.pick(Vocabulary.titles))
    key("agent")
    agent(&random)
    key("tags")
    open("[")
    for _ in 0..<random.below(3) {
      next()
      string(random.pick(Vocabulary.tags))
    }
    close("]")
    key("price")
    price(&random)
    key("seq")  // beyond 2^53: what a reader that goes through Double would change
    out.appendDecimal(9_007_199_254_740_993 + random.below(1 << 40))
    key("parent")
    if random.oneIn(3) { string("p_") { $0.appendHex(random.next(), digits: 8) } } else { raw("null") }
    if random.oneIn(4) {
      key("note")
      string(random.pick(Vocabulary.notes))
    }
    close("}")
  }

  private mutating func agent(_ random: inout SplitMix64) {
    open("{")
    key("browser")
    string(random.pick(Vocabulary.browsers))
    key("version")
    out.appendDecimal(90 + random.below(60))
    key("screen")
    open("[")
    next()
    out.appendDecimal(320 + random.below(3_520))
    next()
    out.appendDecimal(240 + random.below(1_920))
    close("]")
    close("}")
  }

  /// Two digits after the point, trailing zeros and all; now and then below zero.
  private mutating func price(_ random: inout SplitMix64) {
    if random.oneIn(16) { raw("-") }
    out.appendDecimal(random.below(1_000))
    out.append(UInt8(ascii: "."))
    out.appendDecimal(random.below(100), width: 2)
  }
}
