import ArgumentParser
import Explanations
import Testing

@testable import sluice

@Suite struct `What explanations tell to run` {
  /// The words of each command of ours in an example, as far as a shell hands them to it.
  private static let commands: [(code: String, words: [String])] = Catalogue.all.flatMap { entry in
    entry.example.split(separator: "\n").flatMap { line in
      line.replacing(#/\s#.*|\s--\s.*/#, with: "").replacing("&&", with: "|").split(whereSeparator: {
        "|;()".contains($0)
      })
      .compactMap { part -> (String, [String])? in
        let words = part.split(separator: " ").prefix { $0 != ">" && $0 != "2>" }.map(String.init)
        guard let ours = words.firstIndex(of: "sluice"),
          words[..<ours].allSatisfy({
            $0.contains("=") || $0.first == "-" || ["sudo", "etl", "systemd-run"].contains($0)
          })
        else { return nil }
        return (entry.code, Array(words[(ours + 1)...]))
      }
    }
  }

  @Test func `is found in the examples`() { #expect(Self.commands.count > 60) }

  @Test(arguments: commands.indices)
  func `is a command that is taken as it stands`(_ number: Int) {
    let (code, words) = Self.commands[number]
    #expect(throws: Never.self, "\(code): sluice \(words.joined(separator: " "))") { try Sluice.parseAsRoot(words) }
  }
}
