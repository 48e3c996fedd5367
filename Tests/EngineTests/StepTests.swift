import Databases
import Foundation
import Load
import PipelineSpec
import Postgres
import Reports
import TestSupport
import Testing

@testable import Engine

extension EndToEnd {
  /// Each step is done over a connection of its own, from what the steps before it left as JSON.
  @Suite("The steps of a dataset") struct Steps {
    private let bench: Workbench
    private let pipeline = yaml(
      ["id int4", "name text"], into: "{ table: things, mode: append, key: id }",
      rules: ["rule: length, of: name, min: 3"])

    init() throws {
      bench = try Workbench()
      try bench.sql("CREATE TABLE things (id int4 PRIMARY KEY, name text)")
      let records = (0..<500).map { #"{"id": \#($0), "name": "\#(String(repeating: "n", count: 80))"}"# }
      try bench.write("[" + records.joined(separator: ",\n") + "]")
    }

    /// A process that knows the run and the pipeline file.
    private func process(_ text: String) async throws -> DatasetRun {
      let pipeline = try bench.load(text)
      let events = RunEvents()
      let patience = RetryPolicy(limit: .zero, outage: Outage(events))
      let target = try DatabaseTarget.resolve(pipeline, environment: bench.environment)
      let control = try await Control(target, run: "r1", waits: false, patience, Cancellation(), events.logger)
      var options = bench.options
      options.sliceBytes = 4096
      let context = DatasetContext(
        run: "r1", pipeline: pipeline, dataset: try #require(pipeline.datasets.first), options: options, folder: nil,
        instant: "2026-01-01T00:00:00Z", patience: patience, events: events)
      return DatasetRun(context: context, control: control)
    }

    private func decoded<Value: Codable>(_ value: Value) throws -> Value {
      try JSONDecoder().decode(Value.self, from: JSONEncoder().encode(value))
    }

    @Test("can be done by different processes")
    func apart() async throws {
      var report = DatasetReport(dataset: "things", table: "public.things")
      let first = try await process(pipeline)
      try await first.control.prepareLedger(for: [first.dataset])
      let prepared = try decoded(try await first.prepare(nil))
      let flowed = try decoded(try await process(pipeline).flow(prepared, nil, &report))
      #expect(flowed.records == 500)
      let totals = try decoded(try await process(pipeline).settle(flowed, prepared, &report))
      #expect(totals.loaded == 500 && totals.slices > 3)
      try await process(pipeline).prove(totals, prepared, &report)
      #expect(report.parity?.isProved == true)
      #expect(try bench.count() == 500)
    }

    @Test("are not done by a process whose pipeline file makes other rows")
    func otherPlan() async throws {
      var report = DatasetReport(dataset: "things", table: "public.things")
      let first = try await process(pipeline)
      try await first.control.prepareLedger(for: [first.dataset])
      let prepared = try decoded(try await first.prepare(nil))
      let other = try await process(pipeline.replacing("min: 3", with: "min: 2"))
      let error = await #expect(throws: EngineError.self) { try await other.flow(prepared, nil, &report) }
      #expect(error?.kind == .otherPlan)
      #expect(try bench.count() == 0)
    }
  }
}
