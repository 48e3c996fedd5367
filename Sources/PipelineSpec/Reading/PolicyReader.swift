/// Reads `policies`, of the pipeline or of one dataset.
enum PolicyReader {
  /// - Parameter outer: what holds for the keys that are not given.
  static func read(_ node: YAMLNode, over outer: Policies, _ problems: Problems) -> Policies {
    guard let fields = Fields(node, .policies, problems) else { return outer }
    return Policies(
      nul: fields.choice("nul") ?? outer.nul,
      surrogates: fields.choice("surrogates") ?? outer.surrogates,
      duplicateKeys: fields.choice("duplicateKeys") ?? outer.duplicateKeys,
      extraKeys: fields.choice("extraKeys") ?? outer.extraKeys,
      neverFound: fields.choice("neverFound") ?? outer.neverFound)
  }
}
