import Foundation
import Postgres
import Records
import TestSupport
import Testing

/// Passwords with every character that connection strings treat in their own way, not encoded, in every form of string:
/// whatever comes of it, no piece of the password may be told.
@Suite("A password that was not encoded")
struct SecretTests {
  private static let letters = Array("QZXJVKqzxjvk".unicodeScalars)
  private static let special = Array("@/:?#[]%&=+ '\"\\,;$!*()<>{}|^~.-_0\n\té".unicodeScalars)

  /// Each special character among letters that no message of ours has in such a row.
  private static func password(_ random: inout RandomValues) -> String {
    var text = String.UnicodeScalarView()
    for _ in 0..<random.int(6...14) {
      let choices = random.chance(3) ? special : letters
      text.append(choices[random.int(0...choices.count - 1)])
    }
    return String(text)
  }

  private static func strings(_ password: String) -> [String] {
    [
      "postgresql://user:\(password)@127.0.0.1:1/db", "postgres://user:\(password)@127.0.0.1/db?connect_timeout=1",
      "postgresql://user:\(password)@127.0.0.1:1,127.0.0.1:2/db", "postgresql://user:\(password)@/db?host=/nowhere",
      "postgresql://user:\(password)@[::1]:1/db?schema=app&sslmode=disable",
      "postgresql://user@127.0.0.1:1/db?password=\(password)",
      "postgresql://user@127.0.0.1:1/db?sslpassword=\(password)&application_name=x",
      "postgresql://user@127.0.0.1:\(password)/db", "mysql://user:\(password)@127.0.0.1:1/db",
      "user:\(password)@127.0.0.1:1/db", "host=127.0.0.1 port=1 user=ann password=\(password)",
      "password=\(password) host=127.0.0.1 port=1", "host=127.0.0.1 port=1 password='\(password)' user=ann",
      "host=127.0.0.1 port=\(password)", "host=127.0.0.1 port=1 sslmode=\(password)",
      "dbname=postgresql://user:\(password)@127.0.0.1:1/db", "host=user:\(password)@127.0.0.1",
    ]
  }

  /// What can be found in no text by chance: four bytes, two of them letters of a password's.
  private static func pieces(_ password: String) -> Set<String> {
    let bytes = Array(password.utf8)
    let rare = Set(letters.map { UInt8(ascii: $0) })
    var pieces: Set<String> = []
    for start in 0..<max(0, bytes.count - 3) {
      let piece = bytes[start..<start + 4]
      if piece.filter(rare.contains).count >= 2, let text = String(validating: piece, as: UTF8.self) {
        pieces.insert(text)
      }
    }
    return pieces
  }

  private func texts(_ body: () throws -> ConnectionSettings) -> [String] {
    var texts: [String] = []
    func note(_ value: Any) {
      var dumped = ""
      dump(value, to: &dumped)
      texts += ["\(value)", dumped]
    }
    do {
      let settings = try body()
      note(settings)
      note(try Connection.open(settings, cancellation: Cancellation()).place)
    } catch {
      note(error)
      if let error = error as? PostgresError { texts += [error.description, error.detail ?? ""] }
    }
    return texts
  }

  private func expectNothing(of password: String, in texts: [String], _ form: String) {
    for text in texts {
      for piece in Self.pieces(password) where text.utf8.firstRange(of: piece.utf8) != nil {
        Issue.record("\(form): \(piece.debugDescription) of \(password.debugDescription) stands in: \(text)")
      }
    }
  }

  @Test("stands in no message, not in part, whatever the form of the string", arguments: 0..<30)
  func unencoded(seed: Int) {
    var random = RandomValues(seed: UInt64(seed))
    let password = Self.password(&random)
    for text in Self.strings(password) {
      expectNothing(of: password, in: texts { try ConnectionSettings(parsing: text) }, text)
    }
    let variables = [["PGHOST": "127.0.0.1", "PGPORT": "1", "PGPASSWORD": password], ["PGPORT": password]]
    for environment in variables {
      let texts = texts { try ConnectionSettings(environment: environment) ?? ConnectionSettings(parsing: "") }
      expectNothing(of: password, in: texts, "\(environment)")
    }
  }

  private static let wrong: [(String, says: String)] = [
    ("postgresql://user:Zx9p/ss@127.0.0.1:1/db", "a / stands before the @"),
    ("postgresql://user:p@Zx9p@127.0.0.1:1/db", "more than one @"),
    ("postgresql://user:Zx9p?a@127.0.0.1:1/db", "a ? stands before the @"),
    ("postgresql://user:Zx 9p@127.0.0.1:1/db", "white space"), ("postgresql://user@h:Zx9p/db", "the port"),
    ("postgresql://user@h:0/db", "the port"), ("postgresql://user@h:65536/db", "the port"),
    ("postgresql://user:pass@h/db?application_name=Zx@9p", "more than one @"),
    ("host=ann@Zx9p.example", "the host"), ("host='a Zx9p'", "the host"), ("host=a:Zx9p", "the host"),
    ("hostaddr=a@b", "the host"), ("dbname=Zx@9p", "the database's name"), ("dbname='Zx 9p'", "the database's name"),
    ("dbname='host=h password=Zx9p'", "the database's name"), ("user=ann:Zx9p", "the user's name"),
    ("mysql://ann:Zx9p@h/d", "a URL begins with"), ("nonsense Zx9p", "no ="),
  ]

  @Test("is refused before anybody is asked, and the part that is wrong is named", arguments: wrong)
  func named(text: String, says: String) throws {
    let error = try #require(throws: PostgresError.self) { try ConnectionSettings(parsing: text) }
    #expect(error.kind == .settings && error.exitStatus == .usage)
    #expect(error.message.contains(says), "\(error)")
    #expect(!"\(error)".contains("Zx") && error.remedy?.contains("%40") == true, "\(error)")
  }

  @Test(
    "is no fault where it is encoded, and neither is any other part",
    arguments: [
      "postgresql://ann%40corp:p%40s%2Fs@h/my%20db%40x", "postgresql://u:p@[::1]:1/d", "postgresql://u:p#x:y@h1:1,h2/d",
      "user=ann@corp password='p@s/s ?' host=h", "host=@abstract", "host=/run/my\\ folder", "host=fe80::1%eth0",
      "postgresql:///d?host=/run/x", "host=db_1.example.org,10.0.0.1 port=1,", "service=s",
    ])
  func encoded(text: String) throws {
    _ = try ConnectionSettings(parsing: text)
  }

  @Test("in a variable is refused as in a string")
  func variables() throws {
    for environment in [["PGPORT": "Zx9p"], ["PGHOST": "a@b"], ["PGDATABASE": "postgresql://u:Zx9p@h/d"]] {
      let error = try #require(throws: PostgresError.self) { try ConnectionSettings(environment: environment) }
      #expect(error.kind == .settings && !"\(error)".contains("Zx9p"))
      #expect(throws: PostgresError.self) { try ConnectionSettings(parsing: "user=u", environment: environment) }
    }
  }
}
