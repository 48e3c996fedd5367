/// Sends the data of one COPY. It lives in the closure given to `Connection.copyIn` only.
public struct CopyWriter: ~Copyable {
  private let connection: Connection
  private let table: Identifier?
  /// Bytes taken so far.
  public private(set) var count = 0

  init(_ connection: Connection, table: Identifier?) {
    self.connection = connection
    self.table = table
  }

  /// Sends `bytes`, in pieces small enough that neither libpq nor the kernel holds much of them, and waits for a server
  /// that is slower. Pieces and rows need not fit together.
  /// - Throws: the server's error soon after it is there, and at the end of the COPY at the latest: libpq does not always
  ///   show it before. The COPY has ended then, and later calls throw it again.
  public mutating func write(_ bytes: UnsafeRawBufferPointer) throws(PostgresError) {
    var place = 0
    while place < bytes.count {
      let piece = UnsafeRawBufferPointer(rebasing: bytes[place..<min(place + CopyWriter.pieceLength, bytes.count)])
      try connection.putCopyData(piece, table: table)
      place += piece.count
      count += piece.count
    }
  }

  static let pieceLength = 32 << 10
}
