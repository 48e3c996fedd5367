internal import JSONStream
internal import PipelineSpec
internal import Records

/// Counts the keys that no column takes.
struct ExtraKeyCounts {
  private struct Count: BitwiseCopyable {
    var records = 0
    var ordinal: Int64 = 0
    var line: Int64?
  }

  /// By the index of the key.
  private var counts: [Count] = []
  private var hasUnknown = false

  private static let listed = 100

  /// Counts those of the record that `finder` has looked at last.
  mutating func add(_ finder: borrowing FieldFinder, _ position: SourcePosition, _ lines: inout LineCounter) {
    if counts.count < finder.keys.count {
      counts += Array(repeating: Count(), count: finder.keys.count - counts.count)
    }
    for member in finder.extra {
      guard member.key >= 0 else {
        hasUnknown = true
        continue
      }
      if counts[member.key].records == 0 {
        counts[member.key].ordinal = position.ordinal
        counts[member.key].line = lines.line(at: position.offset)
      }
      counts[member.key].records &+= 1
    }
    if finder.hasMoreExtra { hasUnknown = true }
  }

  /// The keys counted, in the order in which they were met, and whether there are others.
  func named(_ plan: FieldPlan, _ keys: KeyMemory) -> (keys: [ExtraKey], hasMore: Bool) {
    let met = counts.indices.filter { counts[$0].records > 0 }.sorted { counts[$0].ordinal < counts[$1].ordinal }
    let named = met.prefix(Self.listed).map { i in
      ExtraKey(
        pointer: plan.nodes[keys.node(of: i)].pointer.appending(keys.text(i)), records: counts[i].records,
        ordinal: counts[i].ordinal, line: counts[i].line)
    }
    return (named, hasUnknown || met.count > named.count)
  }
}
