internal import Databases
internal import Load

extension RetryPolicy {
  /// For locks that others would queue behind.
  var forLocks: LockPatience { LockPatience(limit: limit, notice: outage.notice) }
}
