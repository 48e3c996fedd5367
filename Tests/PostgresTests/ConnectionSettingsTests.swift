@testable import Postgres
import Testing

struct ConnectionSettingsTests {
  let canary = "c4n@ry/ p%ss:w"

  @Test("a URL and a keyword string say the same")
  func forms() throws {
    let url = try ConnectionSettings(parsing: "postgresql://ann:x%20y@db.example:6543/shop?application_name=me")
    let words = try ConnectionSettings(
      parsing: "host=db.example port=6543 dbname=shop user=ann password='x y' application_name=me")
    #expect(url == words)
    #expect(url.description == "ann@db.example:6543/shop")
  }

  @Test("no way of printing settings shows a password")
  func printing() throws {
    let settings = try ConnectionSettings(parsing: "host=h user=u password='\(canary)' sslpassword=k3ycanary")
    var dumped = ""
    dump([settings], to: &dumped)
    for text in ["\(settings)", "\(Optional(settings) as Any)", String(reflecting: settings), dumped] {
      #expect(!text.contains("c4n") && !text.contains("k3y"))
      #expect(text.contains("u@h"))
    }
  }

  @Test(
    "what cannot be parsed is not quoted",
    arguments: [
      "host=h password=top c4nary", "postgresql://u:c4nary%zz@h/d", "postgresql://u:c4nary@[h/d",
      "postgresql://u:c4nary@h/d?bad=1", "password='c4nary", "c4nary", "host=h\u{0}c4nary",
    ])
  func refusals(text: String) throws {
    let error = try #require(throws: PostgresError.self) { try ConnectionSettings(parsing: text) }
    #expect(error.kind == .settings)
    #expect(!"\(error) \(error.detail ?? "")".contains("c4nary"))
  }

  @Test("a password is taken out of text in each form it can have")
  func redaction() {
    let redact = Redaction([canary, nil, ""])
    let forms = [canary, "c4n%40ry%2F%20p%25ss%3Aw", "c4n%40ry%2f%20p%25ss%3aw"]
    for form in forms { #expect(redact("a \(form) b") == "a *** b") }
    #expect(Redaction(["a.b"])("x%2Ey a%2Eb a.b") == "x%2Ey *** ***")
    #expect(Redaction(["e"])("e\u{301}") == "***\u{301}", "a combining mark does not hide it")
    #expect(redact("nothing here") == "nothing here")
  }

  @Test("PG* variables are settings when one of them names a server")
  func environment() throws {
    #expect(try ConnectionSettings(environment: [:]) == nil)
    #expect(try ConnectionSettings(environment: ["PGPASSWORD": "p", "PGDATA": "/x", "PGHOST": ""]) == nil)
    let settings = try #require(
      try ConnectionSettings(environment: [
        "PGHOST": "h", "PGPORT": "1", "PGDATABASE": "d", "PGUSER": "u", "PGPASSWORD": "p", "PGOPTIONS": "-c x=1",
        "PGSSLMODE": "disable", "PGSSLROOTCERT": "/r", "PGCONNECT_TIMEOUT": "3", "PGPASSFILE": "/f", "PATH": "/bin",
      ]))
    #expect(
      settings.values == [
        "host": "h", "port": "1", "dbname": "d", "user": "u", "password": "p", "options": "-c x=1",
        "sslmode": "disable", "sslrootcert": "/r", "connect_timeout": "3", "passfile": "/f",
      ])
  }

  @Test("a URL outranks the variables, a service outranks both's gaps")
  func precedence() throws {
    let variables = ["PGHOST": "other", "PGUSER": "u", "PGSSLMODE": "disable"]
    let settings = try ConnectionSettings(parsing: "postgresql://h/d", environment: variables)
    #expect(settings.description == "u@h/d")
    #expect(settings.effective["sslmode"] == "disable")
    let service = try ConnectionSettings(parsing: "service=s", environment: variables)
    #expect(service.values == ["service": "s"])
  }

  @Test(
    "only a server on this machine is spoken to without encryption",
    arguments: [
      ("postgresql:///d", nil), ("host=/run/pg", nil), ("host=localhost", nil), ("host=127.0.0.9", nil),
      ("host=::1", nil), ("host=db.example", "require"), ("host=127.0.0.1.example", "require"),
      ("host=127.example.com.x", "require"), ("host=localhost,far", "require"),
      ("host=localhost hostaddr=10.0.0.1", "require"), ("host=far sslrootcert=/r", "verify-full"),
      ("host=far sslmode=disable", "disable"), ("host=far sslmode=verify-ca", "verify-ca"),
    ] as [(String, String?)])
  func encryption(text: String, mode: String?) throws {
    #expect(try ConnectionSettings(parsing: text).effective["sslmode"] == mode)
  }

  @Test("defaults give way to what the user names, except for the encoding")
  func defaults() throws {
    let plain = try ConnectionSettings(parsing: "host=h").effective
    #expect(plain["connect_timeout"] == "10" && plain["application_name"] == "sluice")
    #expect(plain["keepalives_idle"] == "30" && plain["tcp_user_timeout"] != nil)
    let named = try ConnectionSettings(parsing: "host=h connect_timeout=3 client_encoding=LATIN1").effective
    #expect(named["connect_timeout"] == "3" && named["client_encoding"] == "UTF8")
  }

  @Test("Prisma's parameters are left out and reported")
  func prisma() throws {
    let settings = try ConnectionSettings(
      parsing: "postgres://u@h/d?schema=app&sslmode=disable&connection_limit=5")
    #expect(settings.ignoredParameters == ["schema": "app", "connection_limit": "5"])
    #expect(settings.effective["sslmode"] == "disable")
    #expect(try ConnectionSettings(parsing: "postgres://u@h/d?schema=app").database == "d")
  }
}
