/// What to do with what JSON allows and PostgreSQL or the pipeline does not.
public struct Policies: Sendable, Hashable {
  /// The escape of U+0000 in a string or key.
  public var nul: Text
  /// A surrogate escape without its partner.
  public var surrogates: Text
  public var duplicateKeys: DuplicateKeys
  public var extraKeys: ExtraKeys
  public var neverFound: NeverFound

  public enum Text: String, Sendable, CaseIterable, Codable {
    /// The run stops.
    case error
    /// The record is set aside.
    case reject
    /// U+FFFD takes its place, counted.
    case replace
    /// It is left out, counted.
    case strip
  }

  public enum DuplicateKeys: String, Sendable, CaseIterable, Codable { case error, reject, first, last }
  /// Keys of the record that no column takes, and keys of an object inside it when a column takes something else from that
  /// object. `warn` counts them.
  public enum ExtraKeys: String, Sendable, CaseIterable, Codable { case ignore, warn, reject, error }
  /// A column whose place no record has.
  public enum NeverFound: String, Sendable, CaseIterable, Codable { case warn, error, ignore }

  public init(
    nul: Text = .error, surrogates: Text = .error, duplicateKeys: DuplicateKeys = .error, extraKeys: ExtraKeys = .warn,
    neverFound: NeverFound = .warn
  ) {
    self.nul = nul
    self.surrogates = surrogates
    self.duplicateKeys = duplicateKeys
    self.extraKeys = extraKeys
    self.neverFound = neverFound
  }

  /// Without the policies that only warn: the others decide which rows a source becomes.
  public var withoutWarnings: Policies {
    var policies = self
    if extraKeys == .warn { policies.extraKeys = .ignore }
    policies.neverFound = .ignore
    return policies
  }
}
