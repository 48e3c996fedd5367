import Archive
import ArgumentParser
import Explanations
import Reports

/// What a shell offers when a word of the command line is completed.
enum Completion {
  static let pipeline = CompletionKind.file(extensions: ["yaml", "yml"])

  /// The runs in the folder that the command line names.
  static let run = CompletionKind.custom { words, _, _ in
    let named = words.firstIndex(of: "--run-dir").map { words[($0 + 1)...] }?.first
    return (try? RunFolder.ids(in: named ?? ShellText.usualRunFolder)) ?? []
  }

  static let code = CompletionKind.list(Catalogue.all.map(\.code).filter { !$0.contains("*") })
}
