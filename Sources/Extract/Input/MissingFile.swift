internal import Records

/// A path at which nothing lies, and what it may be instead of a file's name.
enum MissingFile {
  case url(String), pattern, plain

  /// - Parameter path: of the file, resolved: the two slashes of a URL may have become one.
  init(path: String) {
    if let url = path.firstMatch(of: /(?:^|\/)((?:https?|ftp|s3|gs):)\/+(.+)/) {
      self = .url("\(url.1)//\(url.2)")
    } else if path.contains(where: { "*?[{".contains($0) }) {
      self = .pattern
    } else {
      self = .plain
    }
  }

  func error(_ path: String) -> ExtractError {
    switch self {
    case .plain: ExtractError(.missing, file: path, "there is no such file")
    case .pattern:
      ExtractError(
        .missing, file: path, "there is no such file, and patterns are not taken",
        remedy: "name one file, or join them: jq -c '.[]' \(path) > all.ndjson (arrays), or jq -c . (other documents)")
    case .url(let url) where url.hasPrefix("s3:"):
      ExtractError(.missing, file: url, "this is a URL, not a file", remedy: "fetch it first: aws s3 cp \(word(url)) .")
    case .url(let url) where url.hasPrefix("gs:"):
      ExtractError(
        .missing, file: url, "this is a URL, not a file", remedy: "fetch it first: gcloud storage cp \(word(url)) .")
    case .url(let url):
      ExtractError(.missing, file: url, "this is a URL, not a file", remedy: "fetch it first: curl -fLO \(word(url))")
    }
  }

  private func word(_ url: String) -> String { url.asShellWord }
}
