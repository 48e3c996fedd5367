/// What to do with a record that cannot be loaded: stop the run, or set the record aside.
public enum OnError: String, Sendable, CaseIterable, Codable {
  case stop, reject
}
