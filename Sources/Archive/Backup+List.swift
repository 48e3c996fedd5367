extension Backup {
  /// A run that has archives.
  public struct Listing: Sendable {
    public let run: String
    public let archives: [ArchiveSummary]
    /// Why the archives are not known or not complete, where that is so.
    public let problem: ArchiveError?
  }

  /// The archives of each run in `runs`, by what the manifests say; the archives themselves are not read. Folders
  /// without a manifest are passed over.
  public static func list(in runs: String) throws(ArchiveError) -> [Listing] {
    var listings: [Listing] = []
    for id in try RunFolder.ids(in: runs) {
      if let listing = listing(of: id, in: runs) { listings.append(listing) }
    }
    return listings
  }

  private static func listing(of id: String, in runs: String) -> Listing? {
    guard let folder = try? RunFolder.open(id, in: runs) else { return nil }
    do throws(ArchiveError) {
      let manifest = try Manifest.read(in: folder)
      return Listing(run: id, archives: manifest.archives.compactMap(\.summary), problem: nil)
    } catch {
      let isUnfinished = try? folder.hasFile(RunLayout.partial(RunLayout.manifest))
      if error.kind == .missing, isUnfinished != true { return nil }
      let unfinished = try? Manifest.readUnfinished(in: folder)
      return Listing(run: id, archives: unfinished?.archives.compactMap(\.summary) ?? [], problem: error)
    }
  }
}
