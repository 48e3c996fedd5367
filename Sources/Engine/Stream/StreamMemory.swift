internal import Extract
internal import Records

/// The memory of a stream, by what waits in its channels and what its stages hold. It circulates through two pools.
enum StreamMemory {
  /// Chunks between extract and the backup.
  static let piecesWaiting = 3
  /// Chunks between extract and transform, and as many between transform and validate.
  static let batchesWaiting = 2
  /// Slices between validate and the loaders.
  static let slicesWaiting = 1

  /// Chunks held at once: by extract, which reads one and still looks at the one before, in the channels up to validate,
  /// by transform and by validate. The backup looks at the same ones.
  private static let chunksHeld = 2 + batchesWaiting + 1 + batchesWaiting + 1

  /// The pool of chunks with their index.
  static func chunks(_ options: RunOptions) -> BufferPool {
    BufferPool(limit: chunksHeld * options.limits.chunkRoom)
  }

  /// The pool of encoded rows: of a slice with each loader, those that wait and the one that is put together. They may take
  /// twice the bytes of their source; where they take more, what is above is not kept.
  static func rows(_ options: RunOptions) -> BufferPool {
    BufferPool(limit: 2 * Int(options.sliceBytes) * (options.jobs + slicesWaiting + 1))
  }
}
