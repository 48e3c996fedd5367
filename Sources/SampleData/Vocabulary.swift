/// The words that events are made of. Strings stand as they will be in the JSON: escapes are already written out.
enum Vocabulary {
  static let types: [StaticString] = [
    "page.viewed", "page.viewed", "page.viewed", "item.opened", "item.shared", "search.submitted", "cart.changed",
    "form.failed", "session.ended",
  ]
  static let sections: [StaticString] = [
    "/articles/", "/shop/items/", "/projects/", "/people/", "/search?q=", "/docs/v2/", "/caf\u{E9}/",
  ]
  static let referrers: [StaticString] = [
    "https://search.example/?q=sluice+gate", "https://news.example/2026/w07", "https:\\/\\/forum.example\\/t\\/8812",
    "android-app://org.example.reader", "",
  ]
  static let titles: [StaticString] = [
    "Spring release notes", "\u{C4}pfel, \u{D6}l und S\u{FC}\u{DF}es", "He said \\\"open the gate\\\"",
    "\u{6C34}\u{9580}\u{306E}\u{4ED5}\u{7D44}\u{307F}", "\u{428}\u{43B}\u{44E}\u{437} \u{2116} 7",
    "caf\\u00e9 \\ud83d\\ude80 menu", "Water \u{1F30A} level",
    "C:\\\\data\\\\in \\/ out", "\u{633}\u{62F} \u{648} \u{642}\u{646}\u{627}\u{629}",
  ]
  static let notes: [StaticString] = [
    "first line\\nsecond line", "tab\\tseparated", "plain", "", "null", "2026-02-30", "00042",
    "brackets ]}[{ and , : inside",
  ]
  static let browsers: [StaticString] = ["Firefox", "Chromium", "Safari", "curl", "Lynx"]
  static let tags: [StaticString] = ["new", "sale", "beta", "\u{FC}ber", "a\\\\b", "long-tail", "q\\\"q"]
  static let statuses: [UInt64] = [200, 200, 200, 200, 200, 201, 204, 301, 304, 404, 429, 500]
}

extension SplitMix64 {
  mutating func pick<Word>(_ words: [Word]) -> Word { words[Int(below(UInt64(words.count)))] }
}
