import CZstd
import Platform

/// Reads frames of one archive file and decodes them. Memory is one packed and one raw frame, whatever the file says:
/// sizes are checked against `Frame.largestSize` before anything is allocated.
final class FrameDecoder {
  private let context: OpaquePointer
  private var packed = UnsafeMutableRawBufferPointer.allocate(byteCount: 0, alignment: 64)
  private var raw = UnsafeMutableRawBufferPointer.allocate(byteCount: 0, alignment: 64)

  init() throws(ArchiveError) {
    guard let context = ZSTD_createDCtx() else { throw ArchiveError(.read, "no memory for decompression") }
    self.context = context
  }

  deinit {
    ZSTD_freeDCtx(context)
    packed.deallocate()
    raw.deallocate()
  }

  /// The bytes of the frame as they lie in `file`; valid until the next call.
  func read(_ frame: Place, from file: borrowing Descriptor) throws(ArchiveError) -> UnsafeRawBufferPointer {
    let size = frame.packed.count
    guard size <= ZSTD_compressBound(Frame.largestSize) else {
      throw frame.damaged("its packed size is beyond what a frame may have", in: file.name)
    }
    Self.grow(&packed, to: size)
    let place = UnsafeMutableRawBufferPointer(rebasing: packed[..<size])
    let count = try file.read(into: place, at: frame.packed.lowerBound)
    guard count == size else {
      throw frame.damaged("the file ends at byte \(frame.packed.lowerBound + Int64(count)), inside it", in: file.name)
    }
    return UnsafeRawBufferPointer(place)
  }

  /// The bytes of the source that `packed` holds; valid until the next call.
  func decode(
    _ packed: UnsafeRawBufferPointer, of frame: Place, in name: String
  ) throws(ArchiveError) -> UnsafeRawBufferPointer {
    let size = frame.raw.count
    guard size <= Frame.largestSize else {
      throw frame.damaged("its size is beyond what a frame may have", in: name)
    }
    Self.grow(&raw, to: size)
    let own = ZSTD_findFrameCompressedSize(packed.baseAddress, packed.count)
    guard ZSTD_isError(own) == 0, own == packed.count else {
      throw frame.damaged("it is no single zstd frame of \(packed.count) bytes", in: name)
    }
    let count = ZSTD_decompressDCtx(context, raw.baseAddress, size, packed.baseAddress, packed.count)
    guard ZSTD_isError(count) == 0 else {
      throw frame.damaged("zstd says: \(String(cString: ZSTD_getErrorName(count)))", in: name)
    }
    guard count == size else { throw frame.damaged("it holds \(count) bytes, not \(size)", in: name) }
    return UnsafeRawBufferPointer(rebasing: raw[..<size])
  }

  /// Reads, decodes and checks both hashes; what it returns is valid until the next call.
  func verified(
    _ frame: Frame, from file: borrowing Descriptor
  ) throws(ArchiveError) -> (raw: UnsafeRawBufferPointer, packed: UnsafeRawBufferPointer) {
    let place = Place(frame)
    let packed = try read(place, from: file)
    guard SHA256Sum(of: packed) == frame.packedSHA256 else {
      throw place.damaged("its packed bytes do not have the hash that the manifest has", in: file.name)
    }
    let raw = try decode(packed, of: place, in: file.name)
    guard SHA256Sum(of: raw) == frame.rawSHA256 else {
      throw place.damaged("its bytes do not have the hash that the manifest has", in: file.name)
    }
    return (raw, packed)
  }

  private static func grow(_ buffer: inout UnsafeMutableRawBufferPointer, to size: Int) {
    guard buffer.count < size else { return }
    buffer.deallocate()
    buffer = .allocate(byteCount: size, alignment: 64)
  }
}

extension FrameDecoder {
  /// Where a frame lies, as the manifest or the seek table tells.
  struct Place {
    let number: Int
    let raw: Range<Int64>
    let packed: Range<Int64>

    init(number: Int, raw: Range<Int64>, packed: Range<Int64>) {
      self.number = number
      self.raw = raw
      self.packed = packed
    }

    init(_ frame: Frame) { self.init(number: frame.number, raw: frame.raw, packed: frame.packed) }

    func damaged(_ why: String, in file: String) -> ArchiveError {
      ArchiveError(.damaged, "the frame is damaged: \(why)", file: file, frame: number, range: raw)
    }
  }
}
