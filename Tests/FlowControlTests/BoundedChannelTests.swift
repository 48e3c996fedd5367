import FlowControl
import Testing

@Suite struct BoundedChannelTests {
  @Test("Elements arrive in the order in which one task sent them, then the end")
  func order() async throws {
    let channel = BoundedChannel<Int>(capacity: 3)
    async let sending: Void = {
      for i in 0..<1_000 { try await channel.send(i) }
      channel.finish()
    }()
    var received: [Int] = []
    while let element = try await channel.receive() { received.append(element) }
    try await sending
    #expect(received == Array(0..<1_000))
    #expect(try await channel.receive() == nil, "the end stays the end")
  }

  @Test("Never more than capacity elements are sent and not received", arguments: [1, 2, 7])
  func bound(capacity: Int) async throws {
    let channel = BoundedChannel<Int>(capacity: capacity)
    let sent = Counter()
    try await withThrowingTaskGroup { group in
      group.addTask {
        for i in 0..<2_000 {
          try await channel.send(i)
          sent.add(1)
        }
        channel.finish()
      }
      var received = 0
      while try await channel.receive() != nil {
        received += 1
        // `receive` gave one credit back for each of these; `capacity` more are the sender's own.
        #expect(sent.value <= received + capacity)
        for _ in 0..<10 where received % 16 == 0 { await Task.yield() }
      }
      #expect(received == 2_000)
      try await group.waitForAll()
    }
  }

  @Test("A sender waits while the channel is full, until one element is received")
  func backPressure() async throws {
    let channel = BoundedChannel<Int>(capacity: 2)
    try await channel.send(0)
    try await channel.send(1)
    let order = Log()
    async let third: Void = {
      try await channel.send(2)
      order.add("sent")
    }()
    for _ in 0..<1_000 { await Task.yield() }
    order.add("receiving")
    #expect(try await channel.receive() == 0)
    try await third
    #expect(order.lines == ["receiving", "sent"])
  }

  @Test("Four senders and four receivers lose nothing and double nothing")
  func manyToMany() async throws {
    let channel = BoundedChannel<Int>(capacity: 5)
    let all = try await withThrowingTaskGroup(of: [Int].self) { receivers in
      for _ in 0..<4 {
        receivers.addTask {
          var mine: [Int] = []
          while let element = try await channel.receive() { mine.append(element) }
          return mine
        }
      }
      try await withThrowingTaskGroup(of: Void.self) { senders in
        for sender in 0..<4 {
          senders.addTask { for i in 0..<10_000 { try await channel.send(sender * 10_000 + i) } }
        }
        try await senders.waitForAll()
      }
      channel.finish()
      return try await receivers.reduce(into: []) { $0 += $1 }
    }
    #expect(all.sorted() == Array(0..<40_000))
  }

  @Test("What was sent before the end is received after it, by any number of receivers")
  func drain() async throws {
    let channel = BoundedChannel<Int>(capacity: 3)
    for i in 0..<3 { try await channel.send(i) }
    channel.finish()
    #expect(try await channel.receive() == 0)
    #expect(try await channel.receive() == 1)
    #expect(try await channel.receive() == 2)
    #expect(try await channel.receive() == nil)
  }

  @Test("The end reaches every receiver that waits")
  func endReachesAll() async throws {
    for _ in 0..<200 {
      let channel = BoundedChannel<Int>(capacity: 1)
      let ends = try await withThrowingTaskGroup(of: Int.self) { group in
        for _ in 0..<8 { group.addTask { try await channel.receive() == nil ? 1 : 0 } }
        await Task.yield()
        channel.finish()
        return try await group.reduce(0, +)
      }
      #expect(ends == 8)
    }
  }

  @Test("Nothing can be sent after the end")
  func sendAfterEnd() async {
    let channel = BoundedChannel<Int>(capacity: 2)
    channel.finish()
    await #expect(throws: CancellationError.self) { try await channel.send(1) }
  }
}

@Suite struct BoundedChannelCancellationTests {
  @Test("A cancelled sender that waits for room throws CancellationError")
  func sender() async throws {
    let channel = BoundedChannel<Int>(capacity: 1)
    try await channel.send(0)
    let task = Task { try await channel.send(1) }
    await Task.yield()
    task.cancel()
    await #expect(throws: CancellationError.self) { try await task.value }
  }

  @Test("A cancelled receiver throws CancellationError, whether it waits or has something to take")
  func receiver() async throws {
    for isFilled in [false, true] {
      let channel = BoundedChannel<Int>(capacity: 1)
      if isFilled { try await channel.send(0) }
      let task = Task {
        while !Task.isCancelled { await Task.yield() }
        return try await channel.receive()
      }
      task.cancel()
      await #expect(throws: CancellationError.self) { try await task.value }
    }
  }

  @Test("Cancelling one receiver never looks like the end to another that is not cancelled")
  func bystander() async throws {
    for round in 0..<300 {
      let channel = BoundedChannel<Int>(capacity: 1)
      let bystander = Task { try await channel.receive() }
      let victim = Task { try await channel.receive() }
      if round % 2 == 0 { await Task.yield() }
      victim.cancel()
      await #expect(throws: CancellationError.self) { try await victim.value }
      await #expect(throws: CancellationError.self) { try await bystander.value }
    }
  }

  @Test("A cancelled sender ends the receivers too, with an error and not with the end")
  func senderEndsReceivers() async throws {
    let channel = BoundedChannel<Int>(capacity: 1)
    let sender = Task {
      for i in 0... { try await channel.send(i) }
    }
    #expect(try await channel.receive() == 0)
    sender.cancel()
    await #expect(throws: CancellationError.self) { try await sender.value }
    await #expect(throws: CancellationError.self) {
      while try await channel.receive() != nil {}
    }
  }

  @Test("A cancelled receiver ends a sender that waits for room and is not cancelled itself")
  func receiverEndsSenders() async throws {
    let channel = BoundedChannel<Int>(capacity: 1)
    let sender = Task {
      for i in 0... { try await channel.send(i) }
    }
    let receiver = Task { while try await channel.receive() != nil {} }
    await Task.yield()
    receiver.cancel()
    await #expect(throws: CancellationError.self) { try await receiver.value }
    await #expect(throws: CancellationError.self) { try await sender.value }
  }

  @Test("A sender that calls finish although it was cancelled does not make it look like the end")
  func finishWhenCancelled() async throws {
    let channel = BoundedChannel<Int>(capacity: 1)
    let sender = Task {
      defer { channel.finish() }
      while !Task.isCancelled { await Task.yield() }
    }
    sender.cancel()
    await sender.value
    await #expect(throws: CancellationError.self) { try await channel.receive() }
  }

  @Test(
    "A receiver that is cancelled after finish ends the channel for the others with an error, whatever was left in it")
  func cancelledAfterFinish() async throws {
    for count in 0...2 {
      let channel = BoundedChannel<Int>(capacity: 2)
      for i in 0..<count { try await channel.send(i) }
      channel.finish()
      let cancelled = Task {
        while !Task.isCancelled { await Task.yield() }
        return try await channel.receive()
      }
      cancelled.cancel()
      await #expect(throws: CancellationError.self) { try await cancelled.value }
      await #expect(throws: CancellationError.self) { try await channel.receive() }
      channel.finish()
      await #expect(throws: CancellationError.self) { try await channel.receive() }
    }
  }

  @Test("A receiver sees the end only when every element was received, at whatever moment another one is cancelled")
  func endWithoutLoss() async throws {
    for round in 0..<300 {
      let channel = BoundedChannel<Int>(capacity: 3)
      for i in 0..<3 { try await channel.send(i) }
      channel.finish()
      let received = Counter()
      let receive: @Sendable () async -> Bool = {
        do {
          while try await channel.receive() != nil { received.add(1) }
          return true
        } catch { return false }
      }
      let victim = Task(operation: receive)
      let bystander = Task(operation: receive)
      for _ in 0..<round % 10 { await Task.yield() }
      victim.cancel()
      _ = await victim.value
      if await bystander.value { #expect(received.value == 3) }
    }
  }

  @Test("When a group of tasks is cancelled at any moment, every one of them ends with an error or had finished")
  func group() async throws {
    for round in 0..<100 {
      let channel = BoundedChannel<Int>(capacity: 2)
      await withTaskGroup(of: Bool.self) { group in
        for _ in 0..<2 {
          group.addTask {
            do {
              for i in 0... { try await channel.send(i) }
              return false
            } catch { return true }
          }
          group.addTask {
            do {
              while try await channel.receive() != nil {}
              return false
            } catch { return true }
          }
        }
        for _ in 0..<round { await Task.yield() }
        group.cancelAll()
        for await endedWithError in group { #expect(endedWithError) }
      }
    }
  }
}
