import Foundation

/// A server that listens on a free port and answers no question; closed with the object.
public final class SilentServer {
  public enum Manner: Sendable, CaseIterable {
    case silent
    /// Answers a login without a password as PostgreSQL does, and nothing after it.
    case welcoming
    /// As `welcoming`, and then never stops talking of something else.
    case chattering
  }

  public let port: UInt16
  private let descriptor: Int32

  public init(_ manner: Manner = .silent) throws {
    descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = inet_addr("127.0.0.1")
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let descriptor = descriptor
    let status = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(descriptor, $0, length) == 0 && listen(descriptor, 5) == 0 && getsockname(descriptor, $0, &length) == 0
      }
    }
    guard status else { throw POSIXError(.EADDRNOTAVAIL) }
    port = UInt16(bigEndian: address.sin_port)
    if manner != .silent { Thread.detachNewThread { Self.welcome(descriptor, manner) } }
  }

  deinit {
    shutdown(descriptor, Int32(SHUT_RDWR))
    close(descriptor)
  }

  /// Whether anybody came; asked of a silent one.
  public var hasVisitor: Bool {
    var request = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    return poll(&request, 1, 0) > 0
  }

  /// Lets one visitor after the other in.
  private static func welcome(_ descriptor: Int32, _ manner: Manner) {
    // AuthenticationOk, ReadyForQuery
    let welcome: [UInt8] = [0x52, 0, 0, 0, 8, 0, 0, 0, 0, 0x5A, 0, 0, 0, 5, 0x49]
    // ParameterStatus
    let chatter: [UInt8] = [0x53, 0, 0, 0, 8, 0x61, 0, 0x62, 0]
    while true {
      let visitor = accept(descriptor, nil, nil)
      guard visitor >= 0 else { return }
      var text = welcome
      while send(visitor, text, text.count, Int32(MSG_NOSIGNAL)) > 0, manner == .chattering { text = chatter }
      if manner == .chattering { close(visitor) }
    }
  }
}
