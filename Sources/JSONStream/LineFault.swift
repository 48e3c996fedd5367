/// Judges one line of NDJSON by itself, so that it is refused for the same reason wherever it was kept.
public enum LineFault {
  /// What is wrong with a line, at which of its bytes; nil where it holds exactly one value.
  /// - Parameter line: without its line feed.
  public static func find(in line: UnsafeRawBufferPointer, depthLimit: Int) -> JSONFault? {
    let scanned = (line.count + 63) / 64 * 64
    let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: scanned + 192, alignment: 64)
    let index = UnsafeMutableBufferPointer<UInt32>.allocate(capacity: scanned + 64)
    let links = UnsafeMutableBufferPointer<UInt32>.allocate(capacity: scanned + 64)
    defer {
      memory.deallocate()
      index.deallocate()
      links.deallocate()
    }
    memory.copyMemory(from: line)
    UnsafeMutableRawBufferPointer(rebasing: memory[line.count...]).initializeMemory(as: UInt8.self, repeating: 0x20)
    var scanner = StructuralScanner()
    var count = scanner.scan(UnsafeRawBufferPointer(memory), 0..<scanned, into: index, count: 0)
    scanner.finish(at: line.count)
    let end = scanner.fault?.offset ?? line.count
    while count > 0, Int(index[count - 1] & placeMask) >= end { count -= 1 }
    let text = IndexedText(
      bytes: UnsafeRawBufferPointer(rebasing: memory[..<end]), index: UnsafeBufferPointer(rebasing: index[..<count]),
      links: links, isFinal: scanner.fault == nil)
    var checker = ValueChecker(depthLimit: depthLimit)
    return fault(of: text, &checker)?.named(in: line) ?? scanner.fault
  }

  private static func fault(of text: IndexedText, _ checker: inout ValueChecker) -> JSONFault? {
    switch checker.check(text, from: 0) {
    case .invalid(let fault): fault
    case .complete(let next, _, _) where next < text.index.count:
      JSONFault(.sameLine, at: Int(text.index[next] & placeMask))
    case .complete: nil
    case .incomplete: text.isFinal ? JSONFault(.unfinishedLine, at: text.bytes.count) : nil
    }
  }
}
