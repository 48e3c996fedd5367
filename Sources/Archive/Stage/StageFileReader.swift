internal import Records

/// What the readers of both stage files have in common: the head first, blocks in their order, the foot last.
final class StageFileReader {
  let frames: StageFrameReader
  let head: StageHead
  /// nil until the last block was read.
  private(set) var foot: StageFoot?

  /// Reads the head.
  init(_ input: consuming StageInput, kind: StageHead.Kind) throws {
    frames = try StageFrameReader(input)
    guard case .head(let json) = try frames.next() else { throw frames.damaged("it does not begin with its head") }
    let version = try StageJSON.decode(Version.self, json, file: frames.name).version
    guard version == StageHead.currentVersion else {
      throw StageFileError(
        .format, "its version is \(version); this program reads \(StageHead.currentVersion)", file: frames.name,
        remedy: "make it again with this version of sluice")
    }
    head = try StageJSON.decode(StageHead.self, json, file: frames.name)
    guard head.kind == kind else {
      throw StageFileError(
        .format, "it is a \(head.kind.rawValue) file, not a \(kind.rawValue) file", file: frames.name)
    }
    guard head.isPossible else { throw frames.damaged("its head has a size that cannot be") }
  }

  private struct Version: Decodable { var version: Int }

  /// The next block of records or rows; nil when the file is complete.
  /// - Parameter fixed: looks at data that belongs to the format.
  func next(fixed: (UnsafeRawBufferPointer) throws -> Void) throws -> StageFrameReader.Block? {
    guard foot == nil else { return nil }
    while true {
      switch try frames.next() {
      case .head: throw frames.damaged("it has two heads")
      case .fixed(let block): try fixed(block.data)
      case .block(let block): return block
      case .foot(let json):
        let foot = try StageJSON.decode(StageFoot.self, json, file: frames.name)
        guard foot.blocks == frames.blocks else { throw frames.damaged("its foot counts other blocks") }
        guard foot.isPossible else { throw frames.damaged("its foot has a size that cannot be") }
        self.foot = foot
        return nil
      }
    }
  }

  /// Refuses a slice that lies behind what sources can have, or whose number the ledger cannot hold.
  func check(slice: Int) throws(SidecarReader.Malformed) {
    guard slice <= Int32.max, slice <= Int64(CountLimit.largest) / head.sliceBytes else {
      throw SidecarReader.Malformed()
    }
  }

  /// Runs `body` and turns what it cannot read into the file's damage.
  func reading<Result>(_ body: () throws -> Result) throws -> Result {
    do {
      return try body()
    } catch is SidecarReader.Malformed {
      throw StageFileError(
        .damaged, "the stage file is damaged: the fields of the block cannot be", file: frames.name,
        block: frames.blocks - 1)
    }
  }
}
