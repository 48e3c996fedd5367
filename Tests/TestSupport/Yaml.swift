/// A pipeline of one dataset, `things`, that is read from `things.json` into the table `things`.
///
/// A column is written `name type` and comes from `/name`; what follows a comma goes into its entry as it is:
/// `id int4, required: true`.
public func yaml(
  _ columns: [String], from: String = "{ file: things.json }", into: String = "{ table: things, mode: replace }",
  rules: [String] = [], filters: [String] = [], policies: String? = nil, target: String? = nil
) -> String {
  var lines = ["pipeline: test"]
  if let target { lines.append("target: { database: \"\(target)\" }") }
  lines += ["datasets:", "  - dataset: things", "    from: \(from)", "    into: \(into)", "    columns:"]
  lines += columns.map { "      - \(column($0))" }
  if !rules.isEmpty { lines += ["    rules:"] + rules.map { "      - { \($0) }" } }
  if !filters.isEmpty { lines += ["    where:"] + filters.map { "      - { \($0) }" } }
  if let policies { lines.append("    policies: { \(policies) }") }
  return lines.joined(separator: "\n") + "\n"
}

private func column(_ text: String) -> String {
  let parts = text.split(separator: ",", maxSplits: 1)
  let words = parts[0].split(separator: " ", maxSplits: 1)
  let more = parts.count > 1 ? ",\(parts[1])" : ""
  let place = more.contains("at:") ? "" : ", at: /\(words[0])"
  return "{ column: \(words[0]), type: \"\(words[1])\"\(place)\(more) }"
}

public let created = "{ table: things, mode: replace, create: true }"
