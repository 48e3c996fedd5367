import Records
import Testing

@Suite struct ColumnTypeTests {
  @Test("Every scalar's name is its type, alone and as an array, and is printed as it was read")
  func scalars() {
    for scalar in ScalarType.allCases {
      #expect(ColumnType(scalar.rawValue) == .scalar(scalar))
      #expect(ColumnType("\(scalar.rawValue)[]") == .array(scalar))
      #expect(ColumnType("\(scalar.rawValue)[]").description == "\(scalar.rawValue)[]")
    }
  }

  @Test("The list of scalars is the contract's")
  func list() {
    let contract =
      "bool int2 int4 int8 float4 float8 numeric text uuid bytea date time timestamp timestamptz interval inet json jsonb"
    #expect(ScalarType.allCases.map(\.rawValue) == contract.split(separator: " ").map(String.init))
  }

  @Test(
    "Anything else is a type of the target", arguments: ["mood", "mood[]", "INT4", "int4[][]", "[]", "", "integer"])
  func named(text: String) {
    #expect(ColumnType(text) == .named(text))
    #expect(ColumnType(text).description == text)
  }
}
