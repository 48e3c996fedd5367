/// Everything that `sluice explain` knows. A code of a new kind is one entry in its module's file under `Codes/`.
public enum Catalogue {
  public static let statuses = exitStatuses

  /// Errors that end a command, module by module.
  public static let errors =
    sourceErrors + pipelineErrors + validateErrors + loadErrors + postgresErrors + verifyErrors + runErrors
    + archiveErrors + stageErrors + localErrors + outputErrors

  /// Why records are set aside: rules, policies, values, and what PostgreSQL says.
  public static let rejections = ruleRejections + policyRejections + valueRejections + serverRejections

  public static let all = statuses + errors + rejections

  /// The explanation of a code as some output printed it: case, brackets and white space around it do not count.
  /// - Returns: nil when there is none.
  public static func find(_ text: String) -> Explanation? {
    let code = plain(text)
    return all.first { $0.code.lowercased() == code } ?? family(of: code) ?? sqlState(code.uppercased())
  }

  /// Up to five codes that are written like `text`, the likeliest first.
  public static func near(_ text: String) -> [String] {
    let wanted = pairs(plain(text))
    let rated = all.map { entry -> (code: String, likeness: Double) in
      let own = pairs(entry.code.lowercased())
      return (entry.code, Double(2 * own.intersection(wanted).count) / Double(max(1, own.count + wanted.count)))
    }
    return rated.filter { $0.likeness >= 0.4 }.sorted { $0.likeness > $1.likeness }.prefix(5).map(\.code)
  }

  private static func plain(_ text: String) -> String {
    text.lowercased().filter { !$0.isWhitespace && $0 != "[" && $0 != "]" }
  }

  /// `type.*` as `type.int4`.
  private static func family(of code: String) -> Explanation? {
    guard let dot = code.firstIndex(of: "."), valueTypes.contains(String(code[code.index(after: dot)...])) else {
      return nil
    }
    guard var entry = valueRejections.first(where: { $0.code == code[...dot] + "*" }) else { return nil }
    entry.code = code
    return entry
  }

  /// What the server's five characters mean here: by all of them, else by their class.
  private static func sqlState(_ state: String) -> Explanation? {
    guard state.utf8.count == 5, state.allSatisfy({ $0.isASCII && ($0.isNumber || $0.isLetter) }),
      state.filter(\.isNumber).count >= 2
    else { return nil }
    let sqlClass = String(state.prefix(2))
    return errors.first { $0.sqlStates.contains(state) }
      ?? serverRejections.first { $0.code == sqlClass + "000" }
      ?? errors.first { $0.sqlStates.contains(sqlClass) }
      ?? errors.first { $0.code == "postgres.server" }
  }

  private static func pairs(_ text: String) -> Set<Substring> {
    let indices = text.indices.dropLast()
    return Set(indices.map { text[$0...text.index(after: $0)] })
  }
}
