import PipelineSpec
import Testing

@Suite struct `The pipelines that come with Sluice` {
  func load(_ name: String, _ environment: [String: String] = [:]) throws -> Pipeline {
    let root = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
    return try Pipeline.load(file: "/\(root)/pipelines/\(name).yaml", environment: environment)
  }

  @Test func `load generated events`() throws {
    let pipeline = try load("events", ["EVENTS_DATA": "/srv"])
    let events = try #require(pipeline.datasets.first)
    #expect(events.file == "/srv/events.json")
    #expect(events.table == "analytics_events")
    #expect(events.mode == .replace && events.create)
    #expect(events.columns.count == 12)
    #expect(events.key == ["id"] && events.rebuildIndexes)
    #expect(Set(events.rules.map(\.severity)) == [.error, .warning])
  }

  @Test func `load cities`() throws {
    let pipeline = try load("cities", ["CITIES_DATA": "/srv"])
    #expect(pipeline.datasets.map(\.name) == ["cities", "cities_documents"])
    #expect(pipeline.datasets.map(\.columns.count) == [19, 2])
    #expect(pipeline.datasets.allSatisfy { $0.file == "/srv/cities.json" && $0.create && $0.mode == .replace })
  }
}
