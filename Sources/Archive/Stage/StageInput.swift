import Platform

/// Where a stage file comes from. Read once, in order; blocks its thread.
public struct StageInput: ~Copyable {
  /// What messages call it.
  public let name: String
  /// How many bytes were read.
  public private(set) var position: Int64 = 0
  /// The bytes in all; nil for a pipe.
  public let size: Int64?
  private let descriptor: Descriptor

  private init(_ descriptor: consuming Descriptor) throws(ArchiveError) {
    name = descriptor.name
    let status = try descriptor.status()
    size = status.isFile ? status.size : nil
    self.descriptor = descriptor
  }

  /// `name` in the run's folder.
  /// - Throws: `stage.missing` when it is not there.
  public static func file(_ name: String, in folder: RunFolder) throws -> StageInput {
    guard let descriptor = try folder.openFile(FileName(name)) else {
      throw StageFileError(.missing, "it is not in the folder of run \(folder.id)", file: name)
    }
    return try StageInput(descriptor)
  }

  /// A file or named pipe of the user's.
  public static func path(_ path: String) throws(ArchiveError) -> StageInput {
    try StageInput(Descriptor(opening: path, O_RDONLY | O_NOCTTY))
  }

  /// A pipe or standard input, which stays open.
  public static func descriptor(_ raw: Int32, name: String) throws(ArchiveError) -> StageInput {
    try StageInput(Descriptor(duplicating: raw, name: name))
  }

  /// Fills the buffer as far as the file goes. Returns how many bytes that were; fewer only at the end.
  /// - Throws: also once the task is cancelled while a pipe is silent.
  mutating func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
    var filled = 0
    while filled < buffer.count {
      let got: Int
      do {
        got = try descriptor.read(into: UnsafeMutableRawBufferPointer(rebasing: buffer[filled...]))
      } catch {
        try Task.checkCancellation()
        throw error
      }
      if got == 0 { break }
      filled += got
    }
    position += Int64(filled)
    return filled
  }
}
