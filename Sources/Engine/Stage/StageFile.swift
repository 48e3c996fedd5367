internal import Archive
internal import Records

/// Where a stage file lies.
enum StageFile: Sendable {
  case inFolder(RunFolder, String)
  case path(String)
  /// Standard input or output.
  case pipe

  /// `records.ndjson.zst` or `rows.pgcopy.zst` of a dataset in the folder of a run.
  static func kept(_ kind: StageHead.Kind, of dataset: String, in folder: RunFolder) -> StageFile {
    .inFolder(folder, RunLayout.stage(kind, of: dataset))
  }

  /// What a user calls it: a path, or `-`.
  init(named name: String) { self = name == "-" ? .pipe : .path(name) }

  func open() throws -> StageInput {
    switch self {
    case .inFolder(let folder, let name): try .file(name, in: folder)
    case .path(let path): try .path(path)
    case .pipe: try .descriptor(0, name: "standard input")
    }
  }

  func create() throws(ArchiveError) -> StageOutput {
    switch self {
    case .inFolder(let folder, let name): try .file(name, in: folder)
    case .path(let path): try .path(path)
    case .pipe: try .descriptor(1, name: "standard output")
    }
  }
}

extension Stage {
  /// Its place in the order of stages.
  private var place: Int { Self.allCases.firstIndex(of: self) ?? 0 }

  func isBefore(_ other: Stage) -> Bool { place < other.place }

  /// The stage file that it reads; nil for extract, which reads the source.
  var inputKind: StageHead.Kind? {
    switch self {
    case .extract: nil
    case .transform: .records
    case .validate, .load, .verify: .rows
    }
  }
}
