import CLibPQ

extension Connection {
  /// The settings by which psql finds this database as this role, without a password: `host=… port=… dbname=… user=…`.
  public var destination: String {
    guard let handle = try? live(), let options = PQconninfo(handle) else { return "" }
    defer { PQconninfoFree(options) }
    var values: [String: String] = [:]
    var option = options
    while let keyword = option.pointee.keyword {
      values[String(cString: keyword)] = option.pointee.val.map { String(cString: $0) }
      option += 1
    }
    let names = ["host", "hostaddr", "port", "dbname", "user", "sslmode", "sslrootcert"]
    return names.compactMap { name in
      guard let value = values[name], !value.isEmpty, (name, value) != ("sslmode", "prefer") else { return nil }
      return redaction("\(name)=\(Self.quoted(value))")
    }.joined(separator: " ")
  }

  /// As libpq reads a value.
  private static func quoted(_ value: String) -> String {
    let isPlain = value.unicodeScalars.allSatisfy { $0.value > 0x20 && $0 != "'" && $0 != "\\" }
    return isPlain ? value : "'" + value.replacing("\\", with: "\\\\").replacing("'", with: "\\'") + "'"
  }
}
