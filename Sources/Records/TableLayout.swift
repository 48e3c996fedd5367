/// What one column of the target holds, with everything the encoder has to respect so that PostgreSQL changes nothing.
public struct ColumnLayout: Sendable, Hashable, Codable {
  public var name: String
  /// The scalar that is encoded: the base type of a domain, `text` for an enum.
  public var scalar: ScalarType
  public var isArray: Bool
  /// PostgreSQL would round, pad or cut what exceeds these; the encoder refuses it instead.
  public var limit: Limit
  /// The labels of an enum in its order, which are all that its column takes; nil for other types, and where the catalogue is not
  /// known.
  public var labels: [String]?
  /// The type's name in the database, as `format_type` prints it, where the catalogue is known: `numeric(10,2)`.
  public var typeName: String
  /// `coerce: lenient`: a value of another kind is converted, and counted, instead of refused.
  public var isLenient: Bool
  /// `trim: true`: white space at both ends of a string is taken off.
  public var isTrimmed: Bool
  /// `zone`: the offset from UTC, in seconds, that a timestamp without a zone is taken to have; nil: such a value is
  /// refused.
  public var zone: Int?
  /// `encoding`: how a string writes the bytes of a bytea; nil: `\x` and pairs of hexadecimal digits.
  public var encoding: BinaryEncoding?
  /// The object identifier of the array's element type, that binary arrays carry; 0 where `isArray` is false.
  public var elementOID: UInt32

  public enum Limit: Sendable, Hashable, Codable {
    case none
    /// `varchar(n)`, `char(n)`: at most so many characters.
    case characters(Int)
    /// `numeric(p,s)`
    case decimal(precision: Int, scale: Int)
    /// `timestamp(n)`, `time(n)`: digits after the second.
    case fraction(Int)
  }

  public init(
    name: String, scalar: ScalarType, isArray: Bool = false, limit: Limit = .none, labels: [String]? = nil,
    typeName: String = "", isLenient: Bool = false, isTrimmed: Bool = false, zone: Int? = nil,
    encoding: BinaryEncoding? = nil, elementOID: UInt32 = 0
  ) {
    self.name = name
    self.scalar = scalar
    self.isArray = isArray
    self.limit = limit
    self.labels = labels
    self.typeName = typeName
    self.isLenient = isLenient
    self.isTrimmed = isTrimmed
    self.zone = zone
    self.encoding = encoding
    self.elementOID = elementOID
  }
}

/// The columns of a target table that a pipeline fills, in the order in which rows carry them.
public struct TableLayout: Sendable, Hashable, Codable {
  public var schema: String
  public var table: String
  public var columns: [ColumnLayout]
  /// Indices into `columns` of the key, in the order the pipeline names them; empty where there is none.
  public var key: [Int]

  public init(schema: String, table: String, columns: [ColumnLayout], key: [Int] = []) {
    self.schema = schema
    self.table = table
    self.columns = columns
    self.key = key
  }
}
