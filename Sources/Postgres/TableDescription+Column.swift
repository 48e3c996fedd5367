public import Records

extension TableDescription {
  public struct Column: Sendable, Hashable {
    public enum Generation: Sendable { case none, stored, virtual }
    public enum Identity: Sendable { case none, always, byDefault }

    public var name: String
    /// Its number in `pg_attribute`: it keeps it while others are dropped.
    public var number: Int
    public var typeOID: UInt32
    /// As `format_type` prints it: `numeric(10,2)`, `text[]`.
    public var typeName: String
    /// What is encoded: domains are resolved, also those of an array's elements; an enum is `text`. nil for a type that
    /// Sluice does not load.
    public var scalar: ScalarType?
    public var isArray: Bool
    /// The type of an array's elements as the array names it, a domain or enum perhaps; 0 where `isArray` is false.
    public var elementOID: UInt32
    public var limit: ColumnLayout.Limit
    public var isDomain: Bool
    /// The labels of an enum, in its order; nil for other types.
    public var enumLabels: [String]?
    /// By the column or by its domain.
    public var isNotNull: Bool
    public var hasDefault: Bool
    public var generation: Generation
    public var identity: Identity
    public var privileges: Privileges

    /// What this role may do with the column, by rights on the table or on the column alone.
    public struct Privileges: Sendable, Hashable {
      public var select = true
      public var insert = true
      public var update = true
      /// The sequence that its default takes values of may be used; true where there is none.
      public var sequence = true

      public init(select: Bool = true, insert: Bool = true, update: Bool = true, sequence: Bool = true) {
        self.select = select
        self.insert = insert
        self.update = update
        self.sequence = sequence
      }
    }

    public init(
      name: String, number: Int, typeOID: UInt32, typeName: String, scalar: ScalarType?, isArray: Bool = false,
      elementOID: UInt32 = 0, limit: ColumnLayout.Limit = .none, isDomain: Bool = false, enumLabels: [String]? = nil,
      isNotNull: Bool = false, hasDefault: Bool = false, generation: Generation = .none, identity: Identity = .none,
      privileges: Privileges = Privileges()
    ) {
      self.name = name
      self.number = number
      self.typeOID = typeOID
      self.typeName = typeName
      self.scalar = scalar
      self.isArray = isArray
      self.elementOID = elementOID
      self.limit = limit
      self.isDomain = isDomain
      self.enumLabels = enumLabels
      self.isNotNull = isNotNull
      self.hasDefault = hasDefault
      self.generation = generation
      self.identity = identity
      self.privileges = privileges
    }

    public var isEnum: Bool { enumLabels != nil }
    /// A row may leave it out.
    public var isOptional: Bool { !isNotNull || hasDefault || generation != .none || identity != .none }
  }
}
