import Foundation
import Platform
import SampleData

/// Cases of one target, one after another in this process, which a trap may end: the folder says which case it was.
public struct Batch {
  /// The file that holds the seed of the case that goes on.
  static let mark = "case"
  /// An input of a few kilobytes never needs as much, whatever it says of itself.
  private static let largestMemory = 4 << 30

  /// Runs `count` cases from `seed` on, each with a seed of its own: one more than the one before.
  /// - Throws: for the first case that ended as none may.
  public static func run(_ name: String, corpus: String, folder: String, seed: UInt64, count: Int) async throws {
    guard let type = Targets.named(name) else { throw FuzzError("there is no target \(name)") }
    var limit = rlimit(rlim_cur: rlim_t(largestMemory), rlim_max: rlim_t(largestMemory))
    guard setrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &limit) == 0 else {
      throw FuzzError("the memory cannot be limited")
    }
    let target = try type.init(Corpus(in: corpus), folder: folder)
    for number in 0..<count {
      let seed = seed &+ UInt64(number)
      try Data("\(seed)".utf8).write(to: URL(filePath: "\(folder)/\(mark)"))
      var random = SplitMix64(seed: seed, record: 0)
      do {
        try await target.attempt(&random)
      } catch {
        guard Targets.isOurs(error) else { throw error }
      }
    }
  }
}
