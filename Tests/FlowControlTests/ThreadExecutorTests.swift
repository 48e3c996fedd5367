import FlowControl
import Platform
import Testing

@Suite struct ThreadExecutorTests {
  @Test("All jobs of a task run on one thread, also after it waited for another task")
  func oneThread() async throws {
    let channel = BoundedChannel<Int>(capacity: 1)
    let own = Task(executorPreference: try ThreadExecutor()) {
      var threads: Set<UInt> = [currentThread()]
      while try await channel.receive() != nil { threads.insert(currentThread()) }
      return threads
    }
    let sender = Task {
      var threads: Set<UInt> = [currentThread()]
      for i in 0..<500 {
        try await channel.send(i)
        await Task.yield()
        threads.insert(currentThread())
      }
      channel.finish()
      return threads
    }
    let (mine, others) = try await (own.value, sender.value)
    #expect(mine.count == 1)
    #expect(mine.isDisjoint(with: others), "the cooperative pool never runs on the executor's thread")
  }

  @Test("Two executors have two threads; two tasks on one executor share its thread")
  func threads() async throws {
    let (first, second) = (try ThreadExecutor(), try ThreadExecutor())
    let one = await Task(executorPreference: first) { currentThread() }.value
    let two = await Task(executorPreference: first) { currentThread() }.value
    let three = await Task(executorPreference: second) { currentThread() }.value
    #expect(one == two)
    #expect(one != three)
  }

  @Test("More blocked executors than the cooperative pool has threads do not stop it")
  func blocking() async throws {
    let count = 32
    var pipes: [(read: Int32, write: Int32)] = []
    for _ in 0..<count { pipes.append(try makePipe()) }
    defer { for pipe in pipes { _ = (close(pipe.read), close(pipe.write)) } }

    let tasks = try pipes.map { pipe in
      Task(executorPreference: try ThreadExecutor()) { readByte(pipe.read) }
    }
    // Runs on the pool, and would never come to an end if the reads above occupied it.
    let work = await withTaskGroup(of: Int.self) { group in
      for i in 0..<100 {
        group.addTask {
          await Task.yield()
          return i
        }
      }
      return await group.reduce(0, +)
    }
    #expect(work == 4_950)
    for (i, pipe) in pipes.enumerated() { writeByte(UInt8(i), to: pipe.write) }
    for (i, task) in tasks.enumerated() { #expect(await task.value == UInt8(i)) }
  }

  @Test("The thread ends when nothing refers to the executor any more")
  func threadEnds() async throws {
    let (ends, end) = AsyncStream.makeStream(of: Void.self)
    await Task(executorPreference: try ThreadExecutor()) { atEndOfThread { end.finish() } }.value
    for await _ in ends {}  // would wait for ever
  }

  @Test("A thousand executors, made and released, leave no thread behind")
  func noLeak() async throws {
    let started = Counter()
    let ended = Counter()
    let (ends, end) = AsyncStream.makeStream(of: Void.self)
    for _ in 0..<1_000 {
      await Task(executorPreference: try ThreadExecutor()) {
        started.add(1)
        atEndOfThread {
          ended.add(1)
          end.yield()
        }
      }.value
    }
    for await _ in ends where ended.value == 1_000 { break }
    #expect(started.value == ended.value)
  }

  @Test("A child task and a group stay on the thread of their task's executor")
  func children() async throws {
    let executor = try ThreadExecutor()
    let threads = await Task(executorPreference: executor) {
      await withTaskGroup(of: UInt.self) { group in
        for _ in 0..<10 { group.addTask { currentThread() } }
        return await group.reduce(into: [currentThread()] as Set<UInt>) { $0.insert($1) }
      }
    }.value
    #expect(threads.count == 1)
  }
}

private func currentThread() -> UInt {
  #if canImport(Darwin)
    UInt(bitPattern: Int(bitPattern: pthread_self()))
  #else
    UInt(pthread_self())
  #endif
}

private func makePipe() throws -> (read: Int32, write: Int32) {
  var ends: [Int32] = [0, 0]
  try #require(pipe(&ends) == 0)
  return (ends[0], ends[1])
}

private func readByte(_ descriptor: Int32) -> UInt8 {
  var byte: UInt8 = 255
  _ = read(descriptor, &byte, 1)
  return byte
}

private func writeByte(_ byte: UInt8, to descriptor: Int32) {
  var byte = byte
  _ = write(descriptor, &byte, 1)
}

/// Runs `action` once, when the current thread ends.
private func atEndOfThread(_ action: @escaping @Sendable () -> Void) {
  let box = Unmanaged.passRetained(Action(action)).toOpaque()
  pthread_setspecific(endOfThread, box)
}

private final class Action: Sendable {
  let run: @Sendable () -> Void
  init(_ run: @escaping @Sendable () -> Void) { self.run = run }
}

private let endOfThread: pthread_key_t = {
  var key = pthread_key_t()
  pthread_key_create(&key) { value in
    #if canImport(Darwin)
      let box = Unmanaged<Action>.fromOpaque(value)
    #else
      guard let value else { return }
      let box = Unmanaged<Action>.fromOpaque(value)
    #endif
    box.takeRetainedValue().run()
  }
  return key
}()
