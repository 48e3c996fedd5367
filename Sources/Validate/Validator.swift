public import Records

/// Holds rows against rules, one call a batch, in the order of the source: rules look at what will be loaded.
///
/// A record with a row that breaks a rule of severity `error` leaves the batch for `rejections`, once, named after the first
/// rule broken; what else is wrong follows in its reason, and so it does where columns refused the record. `warning` rules
/// broken by records that stay are counted, one by one, and the first of them kept. `unique` remembers the key of every row, also of
/// those that another rule rejects: a key must occur once in the source.
///
/// A value of a kind that a condition cannot measure breaks it (a string under a `range` of numbers, a number under a
/// `pattern`); where the column's type shows that beforehand, `RuleSet` refuses the rule.
///
/// One owner at a time; not thread-safe.
public final class Validator {
  public struct Limits: Sendable {
    /// Bytes of memory for the tables of all `unique` rules together; what does not fit goes to disk. Filters and
    /// fences come on top, 1.375 bytes a key: see `KeySet`.
    public var uniqueMemory: Int

    public init(uniqueMemory: Int = KeySet.defaultTableMemory) { self.uniqueMemory = uniqueMemory }
  }

  /// nil after `finish`.
  private var judge: Judge?

  /// `spillFolder` must exist by the time keys of `unique` rules outgrow their memory.
  public init(_ rules: RuleSet, limits: Limits = Limits(), spillFolder: String) {
    let memory = limits.uniqueMemory / max(1, rules.uniqueCount)
    judge = Judge(rules) { KeySet(folder: spillFolder, tableMemory: memory) }
  }

  /// Takes the records out of the batch that must not be loaded and says why; the batch stays balanced. After an error the
  /// batch is not to be used.
  /// - Throws: `ValidateError`; `CancellationError` when the task is cancelled, soon also within a large record.
  public func validate(_ batch: inout RowBatch) throws {
    precondition(judge != nil, "the validator is finished")
    try judge?.judge(&batch)
  }

  /// Frees the keys of `unique` rules, in memory and on disk. Nothing may be validated after it.
  public func finish() { judge = nil }
}
