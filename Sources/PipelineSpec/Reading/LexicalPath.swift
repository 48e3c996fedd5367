/// Paths by their text alone; nothing is looked up on disk.
enum LexicalPath {
  /// `path` seen from `directory`, absolute and without `.` and `..`.
  static func resolve(_ path: String, in directory: String) -> String {
    var parts: [Substring.UnicodeScalarView] = []
    for part in components(isAbsolute(path) ? path : directory + "/" + path) {
      if part.elementsEqual("..".unicodeScalars) { _ = parts.popLast() } else { parts.append(part) }
    }
    return "/" + parts.map { String($0) }.joined(separator: "/")
  }

  static func isAbsolute(_ path: String) -> Bool { path.utf8.first == UInt8(ascii: "/") }

  /// Whether a relative path leads out of its directory at any step.
  static func escapes(_ path: String) -> Bool {
    var depth = 0
    for part in components(path) {
      depth += part.elementsEqual("..".unicodeScalars) ? -1 : 1
      if depth < 0 { return true }
    }
    return false
  }

  /// Whether a relative path names the directory itself.
  static func isDirectoryItself(_ path: String) -> Bool { resolve(path, in: "/") == "/" }

  /// The folder that a file lies in.
  static func directory(of file: String) -> String { resolve(file + "/..", in: "/") }

  private static func components(_ path: String) -> [Substring.UnicodeScalarView] {
    path.unicodeScalars.split(separator: "/").filter { !$0.elementsEqual(".".unicodeScalars) }
  }
}
