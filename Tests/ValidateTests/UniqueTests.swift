import PipelineSpec
import Platform
import Records
import Testing

@testable import Validate

/// A folder that is gone when the test is.
final class Folder {
  let path: String

  init() throws {
    var template = Array("/tmp/validate-XXXXXX".utf8CString)
    path = try #require(mkdtemp(&template).map { String(cString: $0) })
  }

  deinit { rmdir(path) }

  var entries: [String] {
    guard let directory = opendir(path) else { return [] }
    defer { closedir(directory) }
    var names: [String] = []
    while let entry = readdir(directory) {
      let name = withUnsafeBytes(of: entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
      if name != ".", name != ".." { names.append(name) }
    }
    return names
  }
}

private func hash(_ number: Int) -> KeyHash {
  var hasher = KeyHasher(k0: 1, k1: 2)
  hasher.append(UInt64(number))
  return hasher.hash
}

private func place(_ number: Int) -> KeySet.Place { KeySet.Place(ordinal: Int64(number), offset: Int64(number) * 100) }

@Suite("unique")
struct UniqueTests {
  /// The ordinals that are rejected, of rows that hold these fields each.
  private func repeated(_ scalar: ScalarType, _ fields: [Field], at path: String = "c", isArray: Bool = false) throws
    -> [Int]
  {
    let table = layout(("c", scalar), arrays: isArray ? ["c"] : [])
    let validator = try Validator(rules: [rule(.unique, path)], layout: table, spillFolder: "/nowhere")
    var rows = batch(fields.map { [$0] })
    try validator.validate(&rows)
    return rows.rejections.map { Int($0.position.ordinal) }
  }

  @Test("names both places")
  func places() throws {
    let validator = try Validator(
      rules: [rule(.unique, "a", "b")], layout: layout(("a", .text), ("b", .int4)), spillFolder: "/nowhere"
    )
    var first = batch([[.text("x"), .int4(1)], [.text("x"), .int4(2)]], firstOrdinal: 3)
    var second = batch([[.text("x"), .null], [.text("x"), .null], [.text("x"), .int4(2)]], firstOrdinal: 5)
    try validator.validate(&first)
    try validator.validate(&second)
    #expect(first.rejections.isEmpty)
    #expect(second.rejections.map(\.position.ordinal) == [7])
    #expect(second.rejections.map(\.position.offset) == [70])
    #expect(second.rejections.map(\.pointer) == ["a, b"])
    #expect(second.rejections.map(\.reason) == ["a, b repeats the key of record 4 (counted from 0) at byte 40"])
  }

  @Test("takes equal values for the same key, whatever their notation")
  func equality() throws {
    #expect(
      try repeated(
        .numeric,
        [
          .numeric("1"), .numeric("1.0"), .numeric("-1"), .numeric("1.5"), .numeric("1.50"), .numeric("NaN"),
          .numeric("NaN"), .numeric("0"), .numeric("10000"),
        ]) == [1, 4, 6])
    #expect(try repeated(.float8, [.float8(0), .float8(-0.0), .float8(.nan), .float8(-.nan), .float8(1)]) == [1, 3])
    let numbers = [
      "1", "1.0", "10e-1", #""1""#, "true", "1e30", "1000000000000000000000000000000", "1e29", "-1e30",
      "123456789012345678901", "123456789012345678901.0", "null", "null",
    ]
    #expect(try repeated(.json, numbers.map { .json($0) }) == [1, 2, 6, 10])
    #expect(try repeated(.json, [.json(#""é""#), .json(#""\u00e9""#), .json(#""e\u0301""#)]) == [1])
    #expect(
      try repeated(.text, [.text("a"), .text("A"), .text("a "), .text("a"), .text(""), .text(""), .null, .null]) == [
        3, 5,
      ])
    #expect(try repeated(.uuid, [.uuid(Array(0..<16)), .uuid(Array(0..<16))]) == [1])
    #expect(
      try repeated(
        .numeric, [.array([.numeric("1")]), .array([.numeric("1.0")]), .array([.null]), .array([])], isArray: true) == [
          1
        ])
  }

  @Test("keeps parts of a key apart")
  func parts() throws {
    let validator = try Validator(
      rules: [rule(.unique, "a", "b")], layout: layout(("a", .text), ("b", .text)), spillFolder: "/nowhere"
    )
    var rows = batch([[.text("ab"), .text("c")], [.text("a"), .text("bc")], [.text("ab"), .text("c")]])
    try validator.validate(&rows)
    #expect(rows.rejections.map(\.position.ordinal) == [2])
  }

  @Test("takes each value of a star for a key")
  func stars() throws {
    let records = [
      #"{"e":[{"id":1},{"id":2},{}]}"#, #"{"e":[{"id":3},{"id":2}]}"#, #"{"e":[{"id":4},{"id":4}]}"#, #"{"e":[]}"#,
      "{}", "{}", #"{"e":[{"id":5}]}"#,
    ]
    #expect(try repeated(.jsonb, records.map { .jsonb($0) }, at: "c/e/*/id") == [1, 2])
  }

  @Test("goes on finding keys after they went to disk")
  func spilled() throws {
    let folder = try Folder()
    let validator = try Validator(
      rules: [rule(.unique, "a")], layout: layout(("a", .int4)), limits: .init(uniqueMemory: 4096),
      spillFolder: folder.path)
    for start in stride(from: 0, to: 5000, by: 500) {
      var rows = batch((start..<start + 500).map { [.int4(Int32($0))] }, firstOrdinal: Int64(start))
      try validator.validate(&rows)
      #expect(rows.rejections.isEmpty)
    }
    var rows = batch([[.int4(0)], [.int4(4999)], [.int4(5000)], [.int4(2500)]], firstOrdinal: 5000)
    try validator.validate(&rows)
    #expect(
      rows.rejections.map(\.reason)
        == [0, 4999, 2500].map { "a repeats the key of record \($0) (counted from 0) at byte \($0 * 10)" })
    #expect(folder.entries.isEmpty)
    validator.finish()
  }

  @Test("says so when keys cannot go to disk")
  func noFolder() throws {
    let validator = try Validator(
      rules: [rule(.unique, "a")], layout: layout(("a", .int4)), limits: .init(uniqueMemory: 0),
      spillFolder: "/nowhere/at/all")
    var rows = batch((0..<200).map { [.int4($0)] })
    let error = #expect(throws: ValidateError.self) { try validator.validate(&rows) }
    #expect(error?.code == "validate.spill")
    #expect(error?.exitStatus == .storage)
    #expect(error?.place == "/nowhere/at/all")
  }
}

@Suite("KeySet")
struct KeySetTests {
  @Test("finds every key of many spills and merges, with its place")
  func manySpills() throws {
    let folder = try Folder()
    let set = KeySet(folder: folder.path, tableMemory: 64 * 32)
    for number in 0..<20_000 { #expect(try set.insert(hash(number), at: place(number)) == nil) }
    #expect(set.spilledRuns > 1)
    #expect(set.spilledRuns < 40)
    for number in 0..<20_000 { #expect(try set.insert(hash(number), at: place(-1)) == place(number)) }
    #expect(set.count == 20_000)
    #expect(folder.entries.isEmpty)
  }

  @Test("holds a million keys in the memory it states")
  func million() throws {
    let folder = try Folder()
    let keys = 1_000_000
    let set = KeySet(folder: folder.path, tableMemory: 2 << 20)
    var wrong = 0
    for number in 0..<keys where try set.insert(hash(number), at: place(number)) != nil { wrong += 1 }
    for number in stride(from: 0, to: keys, by: 97) where try set.insert(hash(number), at: place(-1)) != place(number) {
      wrong += 1
    }
    #expect(wrong == 0)
    #expect(set.count == keys)
    #expect(set.spilledRuns > 1)
    // The table, 1.375 bytes a key, a block to read into, and what rounding up costs each run.
    let stated = (2 << 20) + keys * 11 / 8 + 4096 + set.spilledRuns * 80
    #expect(set.memory <= stated)
    #expect(set.memory > (2 << 20) + keys)
  }

  @Test("rarely asks the disk for keys that are not there")
  func bloom() {
    let filter = BloomFilter(keys: 10_000)
    for number in 0..<10_000 { filter.insert(hash(number)) }
    #expect((0..<10_000).allSatisfy { filter.mayContain(hash($0)) })
    let mistaken = (10_000..<30_000).count { filter.mayContain(hash($0)) }
    #expect(mistaken < 500)
  }
}
