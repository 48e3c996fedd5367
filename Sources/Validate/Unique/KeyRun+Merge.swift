import Records

extension KeyRun {
  /// What a key takes to be merged.
  private static let stepsPerKey = 256

  /// One run that holds the keys of all `runs`, which share no key.
  /// - Throws: `ValidateError`; `CancellationError` when the task is cancelled.
  static func merge(_ runs: [KeyRun], folder: String, level: Int) throws -> KeyRun {
    let writer = try KeyRunWriter(folder: folder, keys: runs.reduce(0) { $0 + $1.count })
    var readers: [KeyRunReader] = []
    for run in runs { readers.append(try KeyRunReader(run)) }
    var meter = WorkMeter()
    while true {
      try meter.spend(stepsPerKey)
      var least: Int?
      for place in readers.indices {
        guard let entry = readers[place].current else { continue }
        if let other = least, let lowest = readers[other].current, !(entry.hash < lowest.hash) { continue }
        least = place
      }
      guard let least, let entry = readers[least].current else { break }
      try writer.append(entry)
      try readers[least].advance()
    }
    return try writer.finish(level: level)
  }
}

/// Reads a run from its first key to its last.
private final class KeyRunReader {
  private let run: KeyRun
  private let buffer: UnsafeMutableBufferPointer<KeyEntry>
  private var filled = 0
  private var place = 0
  private var next = 0

  init(_ run: KeyRun) throws(ValidateError) {
    self.run = run
    buffer = .allocate(capacity: KeyRunWriter.bufferEntries)
    try fill()
  }

  deinit { buffer.deallocate() }

  var current: KeyEntry? { place < filled ? buffer[place] : nil }

  func advance() throws(ValidateError) {
    place += 1
    if place == filled { try fill() }
  }

  private func fill() throws(ValidateError) {
    filled = min(buffer.count, run.count - next)
    place = 0
    if filled > 0 { try run.read(into: UnsafeMutableBufferPointer(rebasing: buffer[..<filled]), from: next) }
    next += filled
  }
}
