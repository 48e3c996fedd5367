import DequeModule
import Platform

/// Runs tasks on one thread of its own, so that blocking calls (read, write, fsync, libpq, zstd) never occupy the
/// cooperative pool. Give it to a task as its executor preference; the thread ends with the last reference.
public final class ThreadExecutor: TaskExecutor {
  private let queue: JobQueue

  /// - Throws: where the system gives no more threads, or no more room for them.
  public init() throws(ThreadShortage) {
    queue = JobQueue()
    try startThread(queue)
  }

  deinit { queue.close() }

  public func enqueue(_ job: consuming ExecutorJob) {
    queue.append(UnownedJob(job), for: asUnownedTaskExecutor())
  }
}

/// The system would not start a thread.
public struct ThreadShortage: Error {
  /// In the system's words.
  public var reason: String
}

/// Jobs waiting for the thread. Sendable because every access holds the mutex.
private final class JobQueue: @unchecked Sendable {
  private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private let filled = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
  private var jobs: Deque<(UnownedJob, UnownedTaskExecutor)> = []
  private var isClosed = false

  init() {
    pthread_mutex_init(mutex, nil)
    pthread_cond_init(filled, nil)
  }

  deinit {
    pthread_cond_destroy(filled)
    pthread_mutex_destroy(mutex)
    filled.deallocate()
    mutex.deallocate()
  }

  func append(_ job: UnownedJob, for executor: UnownedTaskExecutor) {
    pthread_mutex_lock(mutex)
    jobs.append((job, executor))
    pthread_cond_signal(filled)
    pthread_mutex_unlock(mutex)
  }

  func close() {
    pthread_mutex_lock(mutex)
    isClosed = true
    pthread_cond_signal(filled)
    pthread_mutex_unlock(mutex)
  }

  func run() {
    while true {
      pthread_mutex_lock(mutex)
      while jobs.isEmpty && !isClosed { pthread_cond_wait(filled, mutex) }
      let next = jobs.popFirst()
      pthread_mutex_unlock(mutex)
      guard let (job, executor) = next else { return }
      job.runSynchronously(on: executor)
    }
  }
}

private func startThread(_ queue: JobQueue) throws(ThreadShortage) {
  let start = UnsafeMutablePointer<JobQueue>.allocate(capacity: 1)
  start.initialize(to: queue)
  var attributes = pthread_attr_t()
  pthread_attr_init(&attributes)
  pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
  defer { pthread_attr_destroy(&attributes) }
  #if canImport(Darwin)
    var thread: pthread_t?
  #else
    var thread = pthread_t()
  #endif
  let status = pthread_create(
    &thread, &attributes,
    { argument in
      #if canImport(Darwin)
        let start = argument.assumingMemoryBound(to: JobQueue.self)
      #else
        guard let start = argument?.assumingMemoryBound(to: JobQueue.self) else { return nil }
      #endif
      let queue = start.move()
      start.deallocate()
      queue.run()
      return nil
    }, start)
  guard status == 0 else {
    start.deinitialize(count: 1)
    start.deallocate()
    throw ThreadShortage(reason: "\(Errno(rawValue: status))")
  }
}
