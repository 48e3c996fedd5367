import Archive

/// The chain of hashes of a manifest's lines.
enum ManifestChain {
  private static let key = Array(",\"previous\":\"".utf8)

  /// A manifest that was changed, with a chain that holds again.
  static func renewed(_ manifest: [UInt8]) -> [UInt8] {
    var previous = SHA256Sum.zero
    var renewed: [UInt8] = []
    for line in manifest.split(separator: UInt8(ascii: "\n")) {
      var line = Array(line)
      if let place = line.indices.last(where: { line[$0...].starts(with: key) }) {
        line.replaceSubrange(place..., with: key + Array("\(previous)\"}".utf8))
      }
      previous = line.withUnsafeBytes { SHA256Sum(of: $0) }
      renewed += line + [UInt8(ascii: "\n")]
    }
    return renewed
  }

  /// A manifest that fits together: an archive of one frame for each size.
  static func whole(_ sizes: [Int]) -> [UInt8] {
    let sums = (raw: "\"sha256\":\"\(SHA256Sum.zero)\"", packed: "\"packedSha256\":\"\(SHA256Sum.zero)\"")
    var contents = sizes.enumerated().flatMap { number, size in
      let archive = "\"archive\":\"\(RunLayout.archive(of: "\(number)"))\""
      return [
        "\(archive),\"frame\":0,\"offset\":0,\"bytes\":\(size),\(sums.raw),\"packedOffset\":0,\"packedBytes\":\(size),"
          + sums.packed,
        "\(archive),\"end\":true,\"frames\":1,\"bytes\":\(size),\(sums.raw),\"packedBytes\":\(size &+ 17),\(sums.packed)",
      ]
    }
    contents.append("\"end\":true,\"lines\":\(contents.count + 1),\"archives\":\(sizes.count)")
    let lines = contents.enumerated().map { "{\"line\":\($0 + 1),\($1),\"previous\":\"\"}\n" }
    return renewed(Array(lines.joined().utf8))
  }
}
