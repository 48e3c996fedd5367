import Foundation
import SampleData
import Testing

@Suite struct SampleEventsTests {
  @Test("The first event of seed 1 is always this one")
  func golden() {
    let text = String(decoding: SampleEvents(count: 1, seed: 1, form: .ndjson).bytes(), as: UTF8.self)
    #expect(text == Self.first)
  }

  @Test("The same seed gives the same bytes, another seed others", arguments: SampleEvents.Form.allCases)
  func seeds(form: SampleEvents.Form) {
    let one = SampleEvents(count: 500, seed: 1, form: form).bytes()
    #expect(one == SampleEvents(count: 500, seed: 1, form: form).bytes())
    #expect(one != SampleEvents(count: 500, seed: 2, form: form).bytes())
  }

  @Test("Every form, plain or pretty, is valid JSON and holds the same events")
  func forms() throws {
    let lines = SampleEvents(count: 1_000, form: .ndjson).bytes().split(separator: UInt8(ascii: "\n"))
    let events = try NSArray(array: lines.map { try JSONSerialization.jsonObject(with: Data($0)) })
    #expect(events.count == 1_000)
    for isPretty in [false, true] {
      #expect(try parse(.array, isPretty: isPretty) as? NSArray == events)
      let wrapped = try #require(parse(.wrapped, isPretty: isPretty) as? [String: [String: Any]])
      #expect(wrapped["data"]?["events"] as? NSArray == events)
      #expect(wrapped["tail"]?["complete"] as? Bool == true)
    }
  }

  @Test("No event's bytes depend on how many events there are")
  func prefix() {
    let few = SampleEvents(count: 10, form: .ndjson).bytes()
    #expect(SampleEvents(count: 11, form: .ndjson).bytes().starts(with: few))
  }

  @Test("An empty sample is an empty text or an empty array")
  func empty() throws {
    #expect(SampleEvents(count: 0, form: .ndjson).bytes().isEmpty)
    #expect(SampleEvents(count: 0, form: .array).bytes() == Array("[]\n".utf8))
    #expect(try parse(.wrapped, count: 0, isPretty: true) is NSDictionary)
  }

  @Test("Events have what they promise: unique ids, rising instants on their day, nulls, escapes, exact numbers")
  func content() throws {
    let events = try #require(parse(.array, isPretty: false) as? [[String: Any]])
    #expect(Set(events.compactMap { $0["id"] as? String }).count == events.count)
    let instants = events.compactMap { $0["ts"] as? String }
    #expect(instants.count == events.count && instants == instants.sorted())
    #expect(zip(events, instants).allSatisfy { event, ts in ts.hasPrefix(event["day"] as? String ?? "?") })
    let format = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/
    #expect(instants.allSatisfy { $0.wholeMatch(of: format) != nil })
    #expect(events.contains { $0["referrer"] is NSNull } && events.contains { $0["referrer"] is String })

    let text = String(decoding: SampleEvents(count: 1_000).bytes(), as: UTF8.self)
    for part in [#"\""#, #"\\"#, #"\n"#, #"\/"#, #"\ud83d\ude80"#, "ü", "水", "🌊", #""tags":[]"#, #""parent":null"#] {
      #expect(text.contains(part), "no \(part) in 1,000 events")
    }
  }

  @Test("Pieces are about 1 MiB, and nothing follows a sink that throws")
  func pieces() {
    var sizes: [Int] = []
    let sample = SampleEvents(count: 8_000)
    sample.write { sizes.append($0.count) }
    #expect(sizes.count > 2)
    #expect(sizes.dropLast().allSatisfy { (1 << 20..<(1 << 20) + 8_192).contains($0) })

    struct Full: Error {}
    var calls = 0
    #expect(throws: Full.self) {
      try sample.write { (_) throws(Full) in
        calls += 1
        throw Full()
      }
    }
    #expect(calls == 1)
  }

  private static let first = #"""
    {"id":"f1af7c34-92ba-43fc-b883-007b5f5c6f1e","type":"page.viewed","user":"u_211825","session":"s_1d544eb85a4c",\#
    "path":"/projects/23446","referrer":"https://search.example/?q=sluice+gate",\#
    "ts":"2026-01-01T00:00:01.948Z","day":"2026-01-01","authenticated":false,"status":304,\#
    "duration":7589.811,\#
    "props":{"title":"Äpfel, Öl und Süßes","agent":{"browser":"curl","version":133,"screen":[1543,1584]},\#
    "tags":[],"price":723.46,"seq":9007899690205554,"parent":"p_943b91a9","note":"00042"}}

    """#

  private func parse(_ form: SampleEvents.Form, count: Int = 1_000, isPretty: Bool) throws -> Any {
    try JSONSerialization.jsonObject(with: Data(SampleEvents(count: count, form: form, isPretty: isPretty).bytes()))
  }
}
