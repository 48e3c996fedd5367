internal import Records

/// What the types of the catalogue are to Sluice.
enum TypeCatalogue {
  private static let scalars = Dictionary(
    uniqueKeysWithValues: ScalarType.allCases.flatMap { scalar in
      ([scalar.traits.oid] + scalar.traits.alike).map { ($0, scalar) }
    })

  /// What a type, with domains and arrays resolved, is encoded as; nil where Sluice does not load it.
  static func scalar(oid: UInt32, name: String, isEnum: Bool, modifier: Int32) -> ScalarType? {
    if isEnum { return .text }
    guard let scalar = scalars[oid] else {
      // An extension's, with text's own binary form
      return name == "citext" ? .text : nil
    }
    return keepsValues(scalar, modifier) ? scalar : nil
  }

  /// `interval year to month` and its like cut values off, which no limit of ours says.
  private static func keepsValues(_ scalar: ScalarType, _ modifier: Int32) -> Bool {
    guard case .interval = scalar.traits.modifier, modifier >= 0 else { return true }
    return modifier >> 16 & 0x7FFF == 0x7FFF
  }

  /// What a column's type modifier allows; those of other types than ours say nothing.
  static func limit(_ scalar: ScalarType?, modifier: Int32) -> ColumnLayout.Limit {
    guard let scalar, modifier >= 0 else { return .none }
    switch scalar.traits.modifier {
    case .none: return .none
    case .length: return .characters(Int(modifier) - 4)
    case .decimal:
      let packed = modifier - 4
      // Eleven bits with a sign: numeric(3,-2) is a type since version 15.
      let scale = (packed & 0x7FF ^ 1024) - 1024
      return .decimal(precision: Int(packed >> 16 & 0xFFFF), scale: Int(scale))
    case .fraction: return .fraction(Int(modifier))
    case .interval: return modifier & 0xFFFF == 0xFFFF ? .none : .fraction(Int(modifier & 0xFFFF))
    }
  }
}
