import PipelineSpec

/// Gathers paths into the same document, so that one walk over its text finds them all.
struct PathWalks {
  /// One entry a walk: nearly always one a document.
  private var walks: [(document: Int, paths: [[Operand.Step]])] = []

  /// Where the path will be found: by which walker, and as which of its paths.
  mutating func add(_ path: [Operand.Step], of document: Int) -> (walker: Int, path: Int) {
    for number in walks.indices where walks[number].document == document {
      if let known = walks[number].paths.firstIndex(of: path) { return (number, known) }
      if !walks[number].paths.contains(where: { PathTrie.conflict($0, path) }) {
        walks[number].paths.append(path)
        return (number, walks[number].paths.count - 1)
      }
    }
    walks.append((document, [path]))
    return (walks.count - 1, 0)
  }

  /// The tree of each walk.
  var tries: [PathTrie] { walks.map { PathTrie($0.paths) } }
}
