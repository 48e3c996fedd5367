/// Where a pointer ends that leads to no array.
public enum PointerEnd: Hashable, Sendable {
  /// At a value that is none; `what` is its kind: `an object of 304 keys`.
  case value(pointer: String, what: String)
  /// Nowhere: there is no `pointer`. At `reached` is `what`, and these are the first of its keys.
  case nothing(pointer: String, reached: String, what: String, keys: [String])

  var description: String {
    switch self {
    case .value(let pointer, let what): return "\(Self.name(pointer)) is \(what), not an array"
    case .nothing(let pointer, let reached, let what, let keys):
      guard !keys.isEmpty else { return "there is no \(pointer); \(Self.name(reached)) is \(what)" }
      return "there is no \(pointer); \(Self.name(reached)) is \(what): \(keys.joined(separator: ", "))"
    }
  }

  private static func name(_ pointer: String) -> String { pointer.isEmpty ? "the document" : pointer }
}

/// Follows how far a pointer leads into a document.
struct PointerTrace {
  private let path: [String]
  private var steps = -1
  private var what = What.scalar("nothing")
  private var keys: [String] = []
  private var count = 0

  private static let keysKept = 12
  private static let keyLength = 40

  enum What { case object, array, scalar(String) }

  init(path: [String]) { self.path = path }

  /// A value begins to which so many steps of the path lead.
  mutating func reach(_ steps: Int, _ what: What) {
    guard steps > self.steps else { return }
    self.steps = steps
    self.what = what
    keys = []
    count = 0
  }

  /// A member, or without `key` an element, begins in a container to which so many steps of the path lead.
  mutating func pass(_ steps: Int, key: String? = nil) {
    guard steps == self.steps else { return }
    count += 1
    if let key, keys.count < Self.keysKept { keys.append(String(key.prefix(Self.keyLength))) }
  }

  var end: PointerEnd {
    guard steps < path.count else { return .value(pointer: pointer(path.count), what: described) }
    let shown = keys.count < count && !keys.isEmpty ? keys + ["…"] : keys
    return .nothing(pointer: pointer(path.count), reached: pointer(steps), what: described, keys: shown)
  }

  private func pointer(_ steps: Int) -> String {
    path.prefix(max(0, steps)).map { "/" + $0.replacing("~", with: "~0").replacing("/", with: "~1") }.joined()
  }

  private var described: String {
    switch what {
    case .object: count == 1 ? "an object of 1 key" : "an object of \(count) keys"
    case .array: count == 1 ? "an array of 1 element" : "an array of \(count) elements"
    case .scalar(let kind): kind
    }
  }
}
