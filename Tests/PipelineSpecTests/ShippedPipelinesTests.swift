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
    #expect(events.source.file == "/srv/events.json")
    #expect(events.destination.table == "analytics_events")
    #expect(events.destination.mode == .replace && events.destination.create)
    #expect(events.columns.count == 12)
    #expect(events.destination.key == ["id"] && events.destination.rebuildIndexes)
    #expect(Set(events.checks.rules.map(\.severity)) == [.error, .warning])
  }

  @Test func `load cities`() throws {
    let pipeline = try load("cities", ["CITIES_DATA": "/srv"])
    #expect(pipeline.datasets.map(\.name) == ["cities", "cities_documents"])
    #expect(pipeline.datasets.map(\.columns.count) == [19, 2])
    #expect(
      pipeline.datasets.allSatisfy {
        $0.source.file == "/srv/cities.json" && $0.destination.create && $0.destination.mode == .replace
      })
  }
}
