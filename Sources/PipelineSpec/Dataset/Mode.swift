extension Destination {
  /// How rows go into the table: the list of the modes.
  public enum Mode: String, Sendable, CaseIterable, Codable {
    case append, replace, upsert, sync

    public var traits: ModeTraits {
      switch self {
      case .append: ModeTraits(findsByKey: false, emptiesTable: false, deletesMissing: false)
      case .replace: ModeTraits(findsByKey: false, emptiesTable: true, deletesMissing: false)
      case .upsert: ModeTraits(findsByKey: true, emptiesTable: false, deletesMissing: false)
      case .sync: ModeTraits(findsByKey: true, emptiesTable: false, deletesMissing: true)
      }
    }
  }
}

/// What a mode does to the rows of the table, which is all that the other modules know of it.
public struct ModeTraits: Sendable {
  /// Rows that are there already are found by the dataset's key, and updated.
  public var findsByKey: Bool
  /// All rows that are there go first.
  public var emptiesTable: Bool
  /// Rows that the source does not have go.
  public var deletesMissing: Bool

  /// Afterwards the table has the run's rows and no others.
  public var ownsTable: Bool { emptiesTable || deletesMissing }
  /// The run's rows are told from others by their key alone.
  public var merges: Bool { findsByKey && !deletesMissing }
  /// Rows that are there already stay as they are.
  public var onlyAdds: Bool { !findsByKey && !emptiesTable }
}
